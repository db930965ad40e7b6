using System.Runtime.CompilerServices;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>A matrix product in every head at once.</summary>
/// <remarks>
/// A lane is a head, so that the products of all heads of a block are one product of vectors. A tile of 4 rows by 2 columns
/// stays in registers for the whole depth.
/// <para>
/// Remainders: a model's heads are padded to whole blocks by heads of zeros. Rows and columns beyond the last repeat it and
/// write the same values again.
/// </para>
/// </remarks>
internal static unsafe class LaneProduct<V> where V : struct, IFloats<V>
{
    private const int TileRows = 4, TileColumns = 2;

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
        nint aStep = left.Column, bStep = right.Row;
        for (int i = 0; i < rows; i += TileRows)
        {
            int i1 = Math.Min(i + 1, rows - 1), i2 = Math.Min(i + 2, rows - 1), i3 = Math.Min(i + 3, rows - 1);
            float* c0 = c + i * result.Row, c1 = c + i1 * result.Row, c2 = c + i2 * result.Row, c3 = c + i3 * result.Row;
            for (int j = 0; j < columns; j += TileColumns)
            {
                int j1 = Math.Min(j + 1, columns - 1);
                float* a0 = a + i * left.Row, a1 = a + i1 * left.Row, a2 = a + i2 * left.Row, a3 = a + i3 * left.Row;
                float* b0 = b + j * right.Column, b1 = b + j1 * right.Column;
                nint p = j * result.Column, q = j1 * result.Column;
                V x0 = default, x1 = default, x2 = default, x3 = default;
                V y0 = default, y1 = default, y2 = default, y3 = default;
                if (accumulate)
                {
                    (x0, x1, x2, x3) = (V.Load(c0 + p), V.Load(c1 + p), V.Load(c2 + p), V.Load(c3 + p));
                    (y0, y1, y2, y3) = (V.Load(c0 + q), V.Load(c1 + q), V.Load(c2 + q), V.Load(c3 + q));
                }
                for (int k = 0; k < depth; k++)
                {
                    V u = V.Load(b0), v = V.Load(b1), f = V.Load(a0);
                    V.AddProduct(ref x0, f, u);
                    V.AddProduct(ref y0, f, v);
                    f = V.Load(a1);
                    V.AddProduct(ref x1, f, u);
                    V.AddProduct(ref y1, f, v);
                    f = V.Load(a2);
                    V.AddProduct(ref x2, f, u);
                    V.AddProduct(ref y2, f, v);
                    f = V.Load(a3);
                    V.AddProduct(ref x3, f, u);
                    V.AddProduct(ref y3, f, v);
                    a0 += aStep;
                    a1 += aStep;
                    a2 += aStep;
                    a3 += aStep;
                    b0 += bStep;
                    b1 += bStep;
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
        }
    }
}
