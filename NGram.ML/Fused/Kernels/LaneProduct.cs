using System.Runtime.CompilerServices;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>A matrix product in every head at once.</summary>
/// <remarks>
/// A lane is a head, so that the products of all heads of a block are one product of vectors. A tile of 4 rows by 4 or 5 columns
/// (by 2 where there are only 16 registers) stays in registers for the whole depth.
/// <para>
/// Remainders: a model's heads are padded to whole blocks by heads of zeros. Rows and columns beyond the last repeat it and
/// write the same values again.
/// </para>
/// </remarks>
internal static unsafe class LaneProduct<V> where V : struct, IFloats<V>
{
    /// <summary>Rows of a tile: a product can be cut after any multiple of them.</summary>
    public const int TileRows = 4;

    private const int TileColumns = 2;

    /// <summary>
    /// result [rows, columns] = (result +) left [rows, depth] right [depth, columns], in every lane of every block.
    /// </summary>
    /// <remarks><code>
    /// for (head, i, j, k) result[head][i, j] += left[head][i, k] * right[head][k, j];
    /// </code></remarks>
    public static void Multiply(
        int blocks,
        int rows,
        int columns,
        int depth,
        LaneMatrix left,
        LaneMatrix right,
        LaneMatrix result,
        bool accumulate)
    {
        for (int block = 0; block < blocks; block++)
            Block(rows, columns, depth, left, left.At(block), right, right.At(block), result, result.At(block), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(
        int rows, int columns, int depth,
        in LaneMatrix left, float* a, in LaneMatrix right, float* b, in LaneMatrix result, float* c, bool accumulate)
    {
        for (int i = 0; i < rows; i += TileRows)
        {
            int i1 = Math.Min(i + 1, rows - 1), i2 = Math.Min(i + 2, rows - 1), i3 = Math.Min(i + 3, rows - 1);
            float* a0 = a + i * left.Row, a1 = a + i1 * left.Row, a2 = a + i2 * left.Row, a3 = a + i3 * left.Row;
            float* c0 = c + i * result.Row, c1 = c + i1 * result.Row, c2 = c + i2 * result.Row, c3 = c + i3 * result.Row;
            int j = 0;
            for (int width; TileSize.HasManyRegisters && j + TileSize.Usual <= columns; j += width)
            {
                width = TileSize.For(columns - j);
                if (width == TileSize.Large)
                    Five(a0, a1, a2, a3, left.Column, b, right, c0, c1, c2, c3, result.Column, j, depth, accumulate);
                else
                    Four(a0, a1, a2, a3, left.Column, b, right, c0, c1, c2, c3, result.Column, j, depth, accumulate);
            }
            for (; j < columns; j += TileColumns)
                Two(a0, a1, a2, a3, left.Column, b, right, c0, c1, c2, c3, result.Column, j, columns, depth, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(
        float* a0, float* a1, float* a2, float* a3, nint aStep, float* b, in LaneMatrix right,
        float* c0, float* c1, float* c2, float* c3, nint cStep, int j, int columns, int depth, bool accumulate)
    {
        nint bStep = right.Row, at = 0, from = 0;
        int j1 = Math.Min(j + 1, columns - 1);
        float* b0 = b + j * right.Column, b1 = b + j1 * right.Column;
        nint p = j * cStep, q = j1 * cStep;
        V x0 = default, x1 = default, x2 = default, x3 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default;
        if (accumulate)
        {
            (x0, x1, x2, x3) = (V.Load(c0 + p), V.Load(c1 + p), V.Load(c2 + p), V.Load(c3 + p));
            (y0, y1, y2, y3) = (V.Load(c0 + q), V.Load(c1 + q), V.Load(c2 + q), V.Load(c3 + q));
        }
        for (int k = 0; k < depth; k++, at += aStep, from += bStep)
        {
            V u = V.Load(b0 + from), v = V.Load(b1 + from), f = V.Load(a0 + at);
            V.AddProduct(ref x0, f, u);
            V.AddProduct(ref y0, f, v);
            f = V.Load(a1 + at);
            V.AddProduct(ref x1, f, u);
            V.AddProduct(ref y1, f, v);
            f = V.Load(a2 + at);
            V.AddProduct(ref x2, f, u);
            V.AddProduct(ref y2, f, v);
            f = V.Load(a3 + at);
            V.AddProduct(ref x3, f, u);
            V.AddProduct(ref y3, f, v);
        }
        V.Store(x0, c0 + p);
        V.Store(x1, c1 + p);
        V.Store(x2, c2 + p);
        V.Store(x3, c3 + p);
        V.Store(y0, c0 + q);
        V.Store(y1, c1 + q);
        V.Store(y2, c2 + q);
        V.Store(y3, c3 + q);
    }

    /// <summary>Columns j to j + 3: 16 sums and what they are made of need 21 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(
        float* a0, float* a1, float* a2, float* a3, nint aStep, float* b, in LaneMatrix right,
        float* c0, float* c1, float* c2, float* c3, nint cStep, int j, int depth, bool accumulate)
    {
        nint bStep = right.Row, at = 0, from = 0, p0 = j * cStep, p1 = p0 + cStep, p2 = p1 + cStep, p3 = p2 + cStep;
        float* b0 = b + j * right.Column, b1 = b0 + right.Column, b2 = b1 + right.Column, b3 = b2 + right.Column;
        V x0 = default, x1 = default, x2 = default, x3 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default;
        V z0 = default, z1 = default, z2 = default, z3 = default;
        V w0 = default, w1 = default, w2 = default, w3 = default;
        if (accumulate)
        {
            (x0, x1, x2, x3) = (V.Load(c0 + p0), V.Load(c1 + p0), V.Load(c2 + p0), V.Load(c3 + p0));
            (y0, y1, y2, y3) = (V.Load(c0 + p1), V.Load(c1 + p1), V.Load(c2 + p1), V.Load(c3 + p1));
            (z0, z1, z2, z3) = (V.Load(c0 + p2), V.Load(c1 + p2), V.Load(c2 + p2), V.Load(c3 + p2));
            (w0, w1, w2, w3) = (V.Load(c0 + p3), V.Load(c1 + p3), V.Load(c2 + p3), V.Load(c3 + p3));
        }
        for (int k = 0; k < depth; k++, at += aStep, from += bStep)
        {
            V s = V.Load(b0 + from), t = V.Load(b1 + from), u = V.Load(b2 + from), v = V.Load(b3 + from);
            var f = V.Load(a0 + at);
            V.AddProduct(ref x0, f, s);
            V.AddProduct(ref y0, f, t);
            V.AddProduct(ref z0, f, u);
            V.AddProduct(ref w0, f, v);
            f = V.Load(a1 + at);
            V.AddProduct(ref x1, f, s);
            V.AddProduct(ref y1, f, t);
            V.AddProduct(ref z1, f, u);
            V.AddProduct(ref w1, f, v);
            f = V.Load(a2 + at);
            V.AddProduct(ref x2, f, s);
            V.AddProduct(ref y2, f, t);
            V.AddProduct(ref z2, f, u);
            V.AddProduct(ref w2, f, v);
            f = V.Load(a3 + at);
            V.AddProduct(ref x3, f, s);
            V.AddProduct(ref y3, f, t);
            V.AddProduct(ref z3, f, u);
            V.AddProduct(ref w3, f, v);
        }
        Store(c0, p0, p1, p2, p3, x0, y0, z0, w0);
        Store(c1, p0, p1, p2, p3, x1, y1, z1, w1);
        Store(c2, p0, p1, p2, p3, x2, y2, z2, w2);
        Store(c3, p0, p1, p2, p3, x3, y3, z3, w3);
    }

    /// <summary>Columns j to j + 4: 20 sums, 26 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Five(
        float* a0, float* a1, float* a2, float* a3, nint aStep, float* b, in LaneMatrix right,
        float* c0, float* c1, float* c2, float* c3, nint cStep, int j, int depth, bool accumulate)
    {
        nint bStep = right.Row, at = 0, from = 0, p0 = j * cStep, p1 = p0 + cStep, p2 = p1 + cStep, p3 = p2 + cStep;
        nint p4 = p3 + cStep;
        float* b0 = b + j * right.Column, b1 = b0 + right.Column, b2 = b1 + right.Column, b3 = b2 + right.Column;
        float* b4 = b3 + right.Column;
        V x0 = default, x1 = default, x2 = default, x3 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default;
        V z0 = default, z1 = default, z2 = default, z3 = default;
        V w0 = default, w1 = default, w2 = default, w3 = default;
        V r0 = default, r1 = default, r2 = default, r3 = default;
        if (accumulate)
        {
            (x0, x1, x2, x3) = (V.Load(c0 + p0), V.Load(c1 + p0), V.Load(c2 + p0), V.Load(c3 + p0));
            (y0, y1, y2, y3) = (V.Load(c0 + p1), V.Load(c1 + p1), V.Load(c2 + p1), V.Load(c3 + p1));
            (z0, z1, z2, z3) = (V.Load(c0 + p2), V.Load(c1 + p2), V.Load(c2 + p2), V.Load(c3 + p2));
            (w0, w1, w2, w3) = (V.Load(c0 + p3), V.Load(c1 + p3), V.Load(c2 + p3), V.Load(c3 + p3));
            (r0, r1, r2, r3) = (V.Load(c0 + p4), V.Load(c1 + p4), V.Load(c2 + p4), V.Load(c3 + p4));
        }
        for (int k = 0; k < depth; k++, at += aStep, from += bStep)
        {
            V s = V.Load(b0 + from), t = V.Load(b1 + from), u = V.Load(b2 + from), v = V.Load(b3 + from), q = V.Load(b4 + from);
            var f = V.Load(a0 + at);
            V.AddProduct(ref x0, f, s);
            V.AddProduct(ref y0, f, t);
            V.AddProduct(ref z0, f, u);
            V.AddProduct(ref w0, f, v);
            V.AddProduct(ref r0, f, q);
            f = V.Load(a1 + at);
            V.AddProduct(ref x1, f, s);
            V.AddProduct(ref y1, f, t);
            V.AddProduct(ref z1, f, u);
            V.AddProduct(ref w1, f, v);
            V.AddProduct(ref r1, f, q);
            f = V.Load(a2 + at);
            V.AddProduct(ref x2, f, s);
            V.AddProduct(ref y2, f, t);
            V.AddProduct(ref z2, f, u);
            V.AddProduct(ref w2, f, v);
            V.AddProduct(ref r2, f, q);
            f = V.Load(a3 + at);
            V.AddProduct(ref x3, f, s);
            V.AddProduct(ref y3, f, t);
            V.AddProduct(ref z3, f, u);
            V.AddProduct(ref w3, f, v);
            V.AddProduct(ref r3, f, q);
        }
        Store(c0, p0, p1, p2, p3, x0, y0, z0, w0);
        Store(c1, p0, p1, p2, p3, x1, y1, z1, w1);
        Store(c2, p0, p1, p2, p3, x2, y2, z2, w2);
        Store(c3, p0, p1, p2, p3, x3, y3, z3, w3);
        V.Store(r0, c0 + p4);
        V.Store(r1, c1 + p4);
        V.Store(r2, c2 + p4);
        V.Store(r3, c3 + p4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, nint p0, nint p1, nint p2, nint p3, V first, V second, V third, V fourth)
    {
        V.Store(first, c + p0);
        V.Store(second, c + p1);
        V.Store(third, c + p2);
        V.Store(fourth, c + p3);
    }
}
