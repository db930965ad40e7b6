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
    /// <summary>Floats of a cache line.</summary>
    private const int Line = 16;

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

    /// <summary>
    /// target = 0. Not <see cref="Matrix.Clear"/>: for long stretches that goes past the caches, and what is cleared here is read
    /// next.
    /// </summary>
    /// <remarks><code>
    /// for (row, column) target[row, column] = 0;
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clear(in Matrix target)
    {
        int width = Matrix.Padded(target.Columns, V.Count);
        for (int row = 0; row < target.Rows; row++)
        {
            float* values = target[row];
            for (int i = 0; i < width; i += V.Count)
                V.Store(default, values + i);
        }
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
    /// By lines of the target: 16 rows of the source at a time, which stay in the cache.
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
        for (int start = 0; start < rows; start += Line)
        {
            int end = Math.Min(start + Line, rows);
            for (int column = 0; column < columns; column++)
            {
                float* line = to + column * step;
                float* value = source.Data + start * from + column;
                for (int row = start; row < end; row++, value += from)
                    line[row] = *value;
            }
        }
        for (int row = rows; row < padded; row++)
        {
            for (int column = 0; column < columns; column++)
                to[column * step + row] = 0;
        }
    }
}
