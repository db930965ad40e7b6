using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>Matrix products whose right factor and result have rows of whole vectors.</summary>
/// <remarks>
/// A lane is a column of the result. A tile of 4 rows by up to 3 vectors of the result stays in registers for the whole depth: 12
/// sums, 3 vectors of the right factor and one element of the left factor in all lanes fill the 16 registers of AVX2. Where there
/// are 32, a tile may have 5 rows if that leaves no row over. Panels of 3 vectors are the outermost loop, so that a panel of the
/// right factor stays in the cache.
/// <para>
/// Remainders: columns end in padding, which is zero in the right factor and so in the result. Rows beyond the last repeat it and
/// write the same values again. The last four vectors become two panels of 2, since a panel of 1 does too little with what it
/// loads.
/// </para>
/// </remarks>
internal static unsafe class MatrixProduct<V> where V : struct, IFloats<V>
{
    private const int TileVectors = 3;

    /// <summary>Columns of a whole panel: a product can be cut after any multiple of them.</summary>
    public static int PanelColumns => TileVectors * V.Count;

    /// <summary>result [m, n] = (result +) left [m, k] right [k, n].</summary>
    /// <remarks><code>
    /// for (i, j, k) result[i, j] += left[i, k] * right[k, j];
    /// </code></remarks>
    public static void Multiply(Matrix left, Matrix right, Matrix result, bool accumulate)
    {
        Shape.Require(left.Rows == result.Rows && left.Columns == right.Rows && right.Columns == result.Columns);
        Panels(left.Data, left.Stride, 1, left.Columns, right, result, accumulate);
    }

    /// <summary>result [m, n] = (result +) left' right with left [k, m], right [k, n].</summary>
    /// <remarks><code>
    /// for (i, j, k) result[i, j] += left[k, i] * right[k, j];
    /// </code></remarks>
    public static void MultiplyLeftTransposed(Matrix left, Matrix right, Matrix result, bool accumulate)
    {
        Shape.Require(left.Columns == result.Rows && left.Rows == right.Rows && right.Columns == result.Columns);
        Panels(left.Data, 1, left.Stride, left.Rows, right, result, accumulate);
    }

    /// <summary>Element (i, k) of the left factor is at i rowStep + k step, which serves both products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels(float* left, nint rowStep, nint step, int depth, Matrix right, Matrix result, bool accumulate)
    {
        Shape.Require(right.Lanes >= V.Count && result.Lanes >= V.Count);
        int vectors = Matrix.Padded(result.Columns, V.Count) / V.Count;
        for (int done = 0, width; done < vectors; done += width)
        {
            int rest = vectors - done;
            width = rest == TileVectors + 1 ? 2 : Math.Min(rest, TileVectors);
            float* b = right.Data + done * V.Count, c = result.Data + done * V.Count;
            for (int row = 0, rows; row < result.Rows; row += rows)
            {
                rows = width == TileVectors ? TileSize.For(result.Rows - row) : TileSize.Usual;
                if (rows == TileSize.Large)
                {
                    Tile3Of5(
                        left + row * rowStep, rowStep, step, b, right.Stride,
                        c + (nint)row * result.Stride, result.Stride, depth, accumulate);
                    continue;
                }

                int last = result.Rows - 1;
                var tile = new TileRowPointers(left, rowStep, c, result.Stride, row, last);
                switch (width)
                {
                    case 1: Tile1(tile, step, b, right.Stride, depth, accumulate); break;
                    case 2: Tile2(tile, step, b, right.Stride, depth, accumulate); break;
                    default: Tile3(tile, step, b, right.Stride, depth, accumulate); break;
                }
            }
        }
    }

    /// <summary>
    /// Where a tile's four rows begin; rows beyond the last repeat it, so that they write the same values again.
    /// </summary>
    private readonly struct TileRowPointers
    {
        public readonly float* A0, A1, A2, A3, C0, C1, C2, C3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TileRowPointers(float* a, nint aStep, float* c, nint cStep, int row, int last)
        {
            int row1 = Math.Min(row + 1, last), row2 = Math.Min(row + 2, last), row3 = Math.Min(row + 3, last);
            A0 = a + row * aStep;
            A1 = a + row1 * aStep;
            A2 = a + row2 * aStep;
            A3 = a + row3 * aStep;
            C0 = c + row * cStep;
            C1 = c + row1 * cStep;
            C2 = c + row2 * cStep;
            C3 = c + row3 * cStep;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3(in TileRowPointers rows, nint step, float* b, nint bStep, int depth, bool accumulate)
    {
        float* a0 = rows.A0, a1 = rows.A1, a2 = rows.A2, a3 = rows.A3, c0 = rows.C0, c1 = rows.C1, c2 = rows.C2, c3 = rows.C3;
        int w = V.Count;
        V x00 = default, x01 = default, x02 = default, x10 = default, x11 = default, x12 = default;
        V x20 = default, x21 = default, x22 = default, x30 = default, x31 = default, x32 = default;
        if (accumulate)
        {
            (x00, x01, x02) = (V.Load(c0), V.Load(c0 + w), V.Load(c0 + 2 * w));
            (x10, x11, x12) = (V.Load(c1), V.Load(c1 + w), V.Load(c1 + 2 * w));
            (x20, x21, x22) = (V.Load(c2), V.Load(c2 + w), V.Load(c2 + 2 * w));
            (x30, x31, x32) = (V.Load(c3), V.Load(c3 + w), V.Load(c3 + 2 * w));
        }
        for (int k = 0; k < depth; k++)
        {
            V b0 = V.Load(b), b1 = V.Load(b + w), b2 = V.Load(b + 2 * w);
            var a = V.Broadcast(*a0);
            V.AddProduct(ref x00, a, b0);
            V.AddProduct(ref x01, a, b1);
            V.AddProduct(ref x02, a, b2);
            a = V.Broadcast(*a1);
            V.AddProduct(ref x10, a, b0);
            V.AddProduct(ref x11, a, b1);
            V.AddProduct(ref x12, a, b2);
            a = V.Broadcast(*a2);
            V.AddProduct(ref x20, a, b0);
            V.AddProduct(ref x21, a, b1);
            V.AddProduct(ref x22, a, b2);
            a = V.Broadcast(*a3);
            V.AddProduct(ref x30, a, b0);
            V.AddProduct(ref x31, a, b1);
            V.AddProduct(ref x32, a, b2);
            a0 += step;
            a1 += step;
            a2 += step;
            a3 += step;
            b += bStep;
        }
        Store(c0, x00, x01, x02);
        Store(c1, x10, x11, x12);
        Store(c2, x20, x21, x22);
        Store(c3, x30, x31, x32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3Of5(
        float* a, nint aRow, nint step, float* b, nint bStep, float* c, nint cRow, int depth, bool accumulate)
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow;
        float* c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow, c4 = c3 + cRow;
        int w = V.Count;
        V x00 = default, x01 = default, x02 = default, x10 = default, x11 = default, x12 = default;
        V x20 = default, x21 = default, x22 = default, x30 = default, x31 = default, x32 = default;
        V x40 = default, x41 = default, x42 = default;
        if (accumulate)
        {
            (x00, x01, x02) = (V.Load(c), V.Load(c + w), V.Load(c + 2 * w));
            (x10, x11, x12) = (V.Load(c1), V.Load(c1 + w), V.Load(c1 + 2 * w));
            (x20, x21, x22) = (V.Load(c2), V.Load(c2 + w), V.Load(c2 + 2 * w));
            (x30, x31, x32) = (V.Load(c3), V.Load(c3 + w), V.Load(c3 + 2 * w));
            (x40, x41, x42) = (V.Load(c4), V.Load(c4 + w), V.Load(c4 + 2 * w));
        }
        nint at = 0;
        for (int k = 0; k < depth; k++)
        {
            V b0 = V.Load(b), b1 = V.Load(b + w), b2 = V.Load(b + 2 * w);
            var f = V.Broadcast(a[at]);
            V.AddProduct(ref x00, f, b0);
            V.AddProduct(ref x01, f, b1);
            V.AddProduct(ref x02, f, b2);
            f = V.Broadcast(a1[at]);
            V.AddProduct(ref x10, f, b0);
            V.AddProduct(ref x11, f, b1);
            V.AddProduct(ref x12, f, b2);
            f = V.Broadcast(a2[at]);
            V.AddProduct(ref x20, f, b0);
            V.AddProduct(ref x21, f, b1);
            V.AddProduct(ref x22, f, b2);
            f = V.Broadcast(a3[at]);
            V.AddProduct(ref x30, f, b0);
            V.AddProduct(ref x31, f, b1);
            V.AddProduct(ref x32, f, b2);
            f = V.Broadcast(a4[at]);
            V.AddProduct(ref x40, f, b0);
            V.AddProduct(ref x41, f, b1);
            V.AddProduct(ref x42, f, b2);
            at += step;
            b += bStep;
        }
        Store(c, x00, x01, x02);
        Store(c1, x10, x11, x12);
        Store(c2, x20, x21, x22);
        Store(c3, x30, x31, x32);
        Store(c4, x40, x41, x42);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, V first, V second, V third)
    {
        V.Store(first, c);
        V.Store(second, c + V.Count);
        V.Store(third, c + 2 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2(in TileRowPointers rows, nint step, float* b, nint bStep, int depth, bool accumulate)
    {
        float* a0 = rows.A0, a1 = rows.A1, a2 = rows.A2, a3 = rows.A3, c0 = rows.C0, c1 = rows.C1, c2 = rows.C2, c3 = rows.C3;
        int w = V.Count;
        V x00 = default, x01 = default, x10 = default, x11 = default;
        V x20 = default, x21 = default, x30 = default, x31 = default;
        if (accumulate)
        {
            (x00, x01, x10, x11) = (V.Load(c0), V.Load(c0 + w), V.Load(c1), V.Load(c1 + w));
            (x20, x21, x30, x31) = (V.Load(c2), V.Load(c2 + w), V.Load(c3), V.Load(c3 + w));
        }
        for (int k = 0; k < depth; k++)
        {
            V b0 = V.Load(b), b1 = V.Load(b + w);
            var a = V.Broadcast(*a0);
            V.AddProduct(ref x00, a, b0);
            V.AddProduct(ref x01, a, b1);
            a = V.Broadcast(*a1);
            V.AddProduct(ref x10, a, b0);
            V.AddProduct(ref x11, a, b1);
            a = V.Broadcast(*a2);
            V.AddProduct(ref x20, a, b0);
            V.AddProduct(ref x21, a, b1);
            a = V.Broadcast(*a3);
            V.AddProduct(ref x30, a, b0);
            V.AddProduct(ref x31, a, b1);
            a0 += step;
            a1 += step;
            a2 += step;
            a3 += step;
            b += bStep;
        }
        V.Store(x00, c0);
        V.Store(x01, c0 + w);
        V.Store(x10, c1);
        V.Store(x11, c1 + w);
        V.Store(x20, c2);
        V.Store(x21, c2 + w);
        V.Store(x30, c3);
        V.Store(x31, c3 + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(in TileRowPointers rows, nint step, float* b, nint bStep, int depth, bool accumulate)
    {
        float* a0 = rows.A0, a1 = rows.A1, a2 = rows.A2, a3 = rows.A3;
        V x0 = default, x1 = default, x2 = default, x3 = default;
        if (accumulate)
            (x0, x1, x2, x3) = (V.Load(rows.C0), V.Load(rows.C1), V.Load(rows.C2), V.Load(rows.C3));
        for (int k = 0; k < depth; k++)
        {
            var b0 = V.Load(b);
            V.AddProduct(ref x0, V.Broadcast(*a0), b0);
            V.AddProduct(ref x1, V.Broadcast(*a1), b0);
            V.AddProduct(ref x2, V.Broadcast(*a2), b0);
            V.AddProduct(ref x3, V.Broadcast(*a3), b0);
            a0 += step;
            a1 += step;
            a2 += step;
            a3 += step;
            b += bStep;
        }
        V.Store(x0, rows.C0);
        V.Store(x1, rows.C1);
        V.Store(x2, rows.C2);
        V.Store(x3, rows.C3);
    }
}
