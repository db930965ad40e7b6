using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>Sums of rows, and transposition.</summary>
/// <remarks>
/// A lane is an element of a row. There are no remainders: a length covers whole rows with their padding, whose zeros stay
/// zeros in a sum.
/// </remarks>
internal static unsafe class Elementwise<V> where V : struct, IFloats<V>
{
    /// <summary>Floats of a cache line.</summary>
    private const int Line = 16;

    /// <summary>Rows and columns that are transposed in registers.</summary>
    private const int Block = 4;

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

    /// <summary>target *= factor.</summary>
    /// <remarks><code>
    /// for (i) target[i] *= factor[i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* target, float* factor, nint length)
    {
        for (nint i = 0; i < length; i += V.Count)
            V.Store(V.Load(target + i) * V.Load(factor + i), target + i);
    }

    /// <summary>target += the sum of all rows, in their order.</summary>
    /// <remarks>
    /// Eight vectors at a time, whose sums do not wait for each other; the remaining ones are done one by one.
    /// <code>
    /// for (row, column) target[column] += source[row, column];
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(float* target, in Matrix source)
    {
        int w = V.Count, width = Matrix.Padded(source.Columns, w), i = 0;
        nint stride = source.Stride;
        float* end = source.Data + source.Rows * stride;
        for (; i + 8 * w <= width; i += 8 * w)
        {
            float* t = target + i;
            V a = V.Load(t), b = V.Load(t + w), c = V.Load(t + 2 * w), d = V.Load(t + 3 * w);
            V e = V.Load(t + 4 * w), f = V.Load(t + 5 * w), g = V.Load(t + 6 * w), h = V.Load(t + 7 * w);
            for (float* row = source.Data + i; row < end; row += stride)
            {
                a += V.Load(row);
                b += V.Load(row + w);
                c += V.Load(row + 2 * w);
                d += V.Load(row + 3 * w);
                e += V.Load(row + 4 * w);
                f += V.Load(row + 5 * w);
                g += V.Load(row + 6 * w);
                h += V.Load(row + 7 * w);
            }
            V.Store(a, t);
            V.Store(b, t + w);
            V.Store(c, t + 2 * w);
            V.Store(d, t + 3 * w);
            V.Store(e, t + 4 * w);
            V.Store(f, t + 5 * w);
            V.Store(g, t + 6 * w);
            V.Store(h, t + 7 * w);
        }
        for (; i < width; i += w)
        {
            var sum = V.Load(target + i);
            for (float* row = source.Data + i; row < end; row += stride)
                sum += V.Load(row);
            V.Store(sum, target + i);
        }
    }

    /// <summary>
    /// target = 0. Not <see cref="Matrix.Clear()"/>, which bypasses the caches for long stretches: what is cleared here is read
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
    /// By lines of the target: 16 rows of the source at a time, which stay in the cache, in blocks of 4 by 4.
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
        int rows = source.Rows, columns = source.Columns, padded = Matrix.Padded(rows, target.Lanes), start = 0;
        for (int end; rows - start >= Block; start = end)
        {
            end = start + Math.Min(Line, (rows - start) / Block * Block);
            // Both have rows of whole vectors: what is read beyond the last column is padding, and is not written.
            for (int column = 0; column < columns; column += Block)
            {
                for (int row = start; row < end; row += Block)
                {
                    TransposeBlock(
                        source.Data + row * from + column, from, to + column * step + row, step,
                        Math.Min(columns - column, Block));
                }
            }
        }
        for (; start < rows; start++)
        {
            for (int column = 0; column < columns; column++)
                to[column * step + start] = source.Data[start * from + column];
        }
        for (int row = rows; row < padded; row++)
        {
            for (int column = 0; column < columns; column++)
                to[column * step + row] = 0;
        }
    }

    /// <summary>Four rows of four; only the first few columns may be wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(float* from, nint fromStep, float* to, nint toStep, int columns)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromStep);
        Vector128<float> c = Vector128.Load(from + 2 * fromStep), d = Vector128.Load(from + 3 * fromStep);
        var evenLow = Interleave(a, c, low: true);
        var oddLow = Interleave(b, d, low: true);
        Interleave(evenLow, oddLow, low: true).Store(to);
        if (columns < 2)
            return;
        Interleave(evenLow, oddLow, low: false).Store(to + toStep);
        if (columns < 3)
            return;
        var evenHigh = Interleave(a, c, low: false);
        var oddHigh = Interleave(b, d, low: false);
        Interleave(evenHigh, oddHigh, low: true).Store(to + 2 * toStep);
        if (columns == Block)
            Interleave(evenHigh, oddHigh, low: false).Store(to + 3 * toStep);
    }

    /// <summary>The lower or the upper halves of two vectors, element by element in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleave(Vector128<float> first, Vector128<float> second, bool low)
    {
        if (Sse.IsSupported)
            return low ? Sse.UnpackLow(first, second) : Sse.UnpackHigh(first, second);
        if (AdvSimd.Arm64.IsSupported)
            return low ? AdvSimd.Arm64.ZipLow(first, second) : AdvSimd.Arm64.ZipHigh(first, second);
        int at = low ? 0 : 2;
        return Vector128.Create(first[at], second[at], first[at + 1], second[at + 1]);
    }
}
