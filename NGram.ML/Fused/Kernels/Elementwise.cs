using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>Sums of rows, and the transposition.</summary>
/// <remarks>
/// A lane is an element of a row. There are no remainders: a length covers whole rows with their padding, whose zeros stay
/// zeros in a sum.
/// </remarks>
internal static unsafe class Elementwise<V> where V : struct, IFloats<V>
{
    /// <summary>target += source.</summary>
    /// <remarks><code>
    /// for (i) target[i] += source[i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* target, float* source, nint length)
    {
        for (nint i = 0; i < length; i += V.Count)
            V.Store(V.Load(target + i) + V.Load(source + i), target + i);
    }

    /// <summary>target = first + second.</summary>
    /// <remarks><code>
    /// for (i) target[i] = first[i] + second[i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sum(float* target, float* first, float* second, nint length)
    {
        for (nint i = 0; i < length; i += V.Count)
            V.Store(V.Load(first + i) + V.Load(second + i), target + i);
    }

    /// <summary>target = source.</summary>
    /// <remarks><code>
    /// for (i) target[i] = source[i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* target, float* source, nint length)
    {
        for (nint i = 0; i < length; i += V.Count)
            V.Store(V.Load(source + i), target + i);
    }

    /// <summary>
    /// target [n, m] = source [m, n] transposed; the padding of the target's rows up to a whole vector becomes zero.
    /// </summary>
    /// <remarks>
    /// Scalar as it stands: its share of a step is small.
    /// <code>
    /// for (row, column) target[column, row] = source[row, column];
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(in Matrix source, in Matrix target)
    {
        Shape.Require(source.Rows == target.Columns && source.Columns == target.Rows);
        float* to = target.Data;
        nint from = source.Stride, step = target.Stride;
        int rows = source.Rows, columns = source.Columns, padded = Matrix.Padded(rows, V.Count);
        for (int row = 0; row < rows; row++)
        {
            float* values = source.Data + row * from;
            for (int column = 0; column < columns; column++)
                to[column * step + row] = values[column];
        }
        for (int row = rows; row < padded; row++)
        {
            for (int column = 0; column < columns; column++)
                to[column * step + row] = 0;
        }
    }
}
