using System.Numerics;
using System.Runtime.CompilerServices;
using Floats = System.Numerics.Vector<float>;

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
internal static unsafe class LaneProduct
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
                Floats x0 = default, x1 = default, x2 = default, x3 = default;
                Floats y0 = default, y1 = default, y2 = default, y3 = default;
                if (accumulate)
                {
                    (x0, x1, x2, x3) = (Vector.Load(c0 + p), Vector.Load(c1 + p), Vector.Load(c2 + p), Vector.Load(c3 + p));
                    (y0, y1, y2, y3) = (Vector.Load(c0 + q), Vector.Load(c1 + q), Vector.Load(c2 + q), Vector.Load(c3 + q));
                }
                for (int k = 0; k < depth; k++)
                {
                    Floats u = Vector.Load(b0), v = Vector.Load(b1), f = Vector.Load(a0);
                    x0 = Vector.FusedMultiplyAdd(f, u, x0);
                    y0 = Vector.FusedMultiplyAdd(f, v, y0);
                    f = Vector.Load(a1);
                    x1 = Vector.FusedMultiplyAdd(f, u, x1);
                    y1 = Vector.FusedMultiplyAdd(f, v, y1);
                    f = Vector.Load(a2);
                    x2 = Vector.FusedMultiplyAdd(f, u, x2);
                    y2 = Vector.FusedMultiplyAdd(f, v, y2);
                    f = Vector.Load(a3);
                    x3 = Vector.FusedMultiplyAdd(f, u, x3);
                    y3 = Vector.FusedMultiplyAdd(f, v, y3);
                    a0 += aStep;
                    a1 += aStep;
                    a2 += aStep;
                    a3 += aStep;
                    b0 += bStep;
                    b1 += bStep;
                }
                Vector.Store(x0, c0 + p);
                Vector.Store(x1, c1 + p);
                Vector.Store(x2, c2 + p);
                Vector.Store(x3, c3 + p);
                Vector.Store(y0, c0 + q);
                Vector.Store(y1, c1 + q);
                Vector.Store(y2, c2 + q);
                Vector.Store(y3, c3 + q);
            }
        }
    }
}
