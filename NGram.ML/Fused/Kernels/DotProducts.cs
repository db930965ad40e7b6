using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>A matrix times a transposed one: every element is the dot product of two rows.</summary>
/// <remarks>
/// A lane is a position along the depth: lane l sums the terms l, l + W, l + 2W, ... of a dot product, and the lanes are added at
/// the end. 4 by 4 (or 4 by 5) dot products at a time share what is loaded of 8 (or 9) rows; where there are only 16 registers,
/// 4 by 3, with the sums in 12 of them.
/// <para>
/// Remainders: the depth ends in the padding of both factors, which is zero. Rows beyond the last repeat it; a repeated column
/// writes the same value again, and a repeated row is not written, so that nothing is added twice.
/// </para>
/// </remarks>
internal static unsafe class DotProducts<V> where V : struct, IFloats<V>
{
    private const int Tile = 4;

    /// <summary>Floats of the right factor to keep in the first-level cache while the left factor passes.</summary>
    private const int CachedFloats = 4096;

    /// <summary>
    /// result [m, n] = (result +) left right' with left [m, k], right [n, k]. The result's padding is left alone.
    /// </summary>
    /// <remarks><code>
    /// for (i, j, k) result[i, j] += left[i, k] * right[j, k];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(Matrix left, Matrix right, Matrix result, bool accumulate)
    {
        Shape.Require(left.Rows == result.Rows && left.Columns == right.Columns && right.Rows == result.Columns);
        int depth = Matrix.Padded(left.Columns, V.Count);
        int least = (TileSize.HasManyRegisters ? 32 : 64) * V.Count;
        int block = Math.Max(least, CachedFloats / Math.Max(right.Rows, 1) / V.Count * V.Count);
        for (int start = 0; start < depth; start += block)
        {
            int length = Math.Min(block, depth - start);
            bool adds = accumulate || start > 0;
            for (int i = 0; i < left.Rows; i += Tile)
            {
                for (int j = 0, width; j < right.Rows; j += width)
                {
                    width = TileSize.HasManyRegisters ? TileSize.For(right.Rows - j) : FewRegisters(right.Rows - j);
                    switch (width)
                    {
                        case TileSize.Large: Dots5(left, right, result, start, length, i, j, adds); break;
                        case TileSize.Usual: Dots(left, right, result, start, length, i, j, adds); break;
                        case 3: Dots3(left, right, result, start, length, i, j, adds); break;
                        default: Dots2(left, right, result, start, length, i, j, adds); break;
                    }
                }
            }
        }
    }

    /// <summary>Columns of the next tile where there are 16 registers: 3, but the last four or two are done in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FewRegisters(int columns) => columns == 4 ? 2 : Math.Min(columns, 3);

    /// <summary>The dot products of rows i to i + 3 with rows j to j + 2, in 12 + 3 + 1 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots3(
        in Matrix left, in Matrix right, in Matrix result, int start, int length, int i, int j, bool accumulate)
    {
        int lastI = left.Rows - 1;
        int i1 = Math.Min(i + 1, lastI), i2 = Math.Min(i + 2, lastI), i3 = Math.Min(i + 3, lastI);
        float* a0 = left[i] + start, a1 = left[i1] + start, a2 = left[i2] + start, a3 = left[i3] + start;
        float* b0 = right[j] + start, b1 = right[j + 1] + start, b2 = right[j + 2] + start;
        V x00 = default, x01 = default, x02 = default, x10 = default, x11 = default, x12 = default;
        V x20 = default, x21 = default, x22 = default, x30 = default, x31 = default, x32 = default;
        for (int k = 0; k < length; k += V.Count)
        {
            V y0 = V.Load(b0 + k), y1 = V.Load(b1 + k), y2 = V.Load(b2 + k);
            var a = V.Load(a0 + k);
            V.AddProduct(ref x00, a, y0);
            V.AddProduct(ref x01, a, y1);
            V.AddProduct(ref x02, a, y2);
            a = V.Load(a1 + k);
            V.AddProduct(ref x10, a, y0);
            V.AddProduct(ref x11, a, y1);
            V.AddProduct(ref x12, a, y2);
            a = V.Load(a2 + k);
            V.AddProduct(ref x20, a, y0);
            V.AddProduct(ref x21, a, y1);
            V.AddProduct(ref x22, a, y2);
            a = V.Load(a3 + k);
            V.AddProduct(ref x30, a, y0);
            V.AddProduct(ref x31, a, y1);
            V.AddProduct(ref x32, a, y2);
        }
        StoreSums(result[i] + j, x00, x01, x02, accumulate);
        if (i1 > i)
            StoreSums(result[i1] + j, x10, x11, x12, accumulate);
        if (i2 > i1)
            StoreSums(result[i2] + j, x20, x21, x22, accumulate);
        if (i3 > i2)
            StoreSums(result[i3] + j, x30, x31, x32, accumulate);
    }

    /// <summary>The dot products of rows i to i + 3 with rows j and j + 1, which may be beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots2(
        in Matrix left, in Matrix right, in Matrix result, int start, int length, int i, int j, bool accumulate)
    {
        int lastI = left.Rows - 1, j1 = Math.Min(j + 1, right.Rows - 1);
        int i1 = Math.Min(i + 1, lastI), i2 = Math.Min(i + 2, lastI), i3 = Math.Min(i + 3, lastI);
        float* a0 = left[i] + start, a1 = left[i1] + start, a2 = left[i2] + start, a3 = left[i3] + start;
        float* b0 = right[j] + start, b1 = right[j1] + start;
        V x00 = default, x01 = default, x10 = default, x11 = default;
        V x20 = default, x21 = default, x30 = default, x31 = default;
        for (int k = 0; k < length; k += V.Count)
        {
            V y0 = V.Load(b0 + k), y1 = V.Load(b1 + k);
            var a = V.Load(a0 + k);
            V.AddProduct(ref x00, a, y0);
            V.AddProduct(ref x01, a, y1);
            a = V.Load(a1 + k);
            V.AddProduct(ref x10, a, y0);
            V.AddProduct(ref x11, a, y1);
            a = V.Load(a2 + k);
            V.AddProduct(ref x20, a, y0);
            V.AddProduct(ref x21, a, y1);
            a = V.Load(a3 + k);
            V.AddProduct(ref x30, a, y0);
            V.AddProduct(ref x31, a, y1);
        }
        Vector128<float> even = V.Sums(x00, x10, x20, x30), odd = V.Sums(x01, x11, x21, x31);
        StoreSums(result[i], even[0], odd[0], j, j1, accumulate);
        if (i1 > i)
            StoreSums(result[i1], even[1], odd[1], j, j1, accumulate);
        if (i2 > i1)
            StoreSums(result[i2], even[2], odd[2], j, j1, accumulate);
        if (i3 > i2)
            StoreSums(result[i3], even[3], odd[3], j, j1, accumulate);
    }

    /// <summary>The dot products of rows i to i + 3 with rows j to j + 3, over a stretch of the depth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots(
        in Matrix left, in Matrix right, in Matrix result, int start, int length, int i, int j, bool accumulate)
    {
        int lastI = left.Rows - 1, lastJ = right.Rows - 1;
        int i1 = Math.Min(i + 1, lastI), i2 = Math.Min(i + 2, lastI), i3 = Math.Min(i + 3, lastI);
        int j1 = Math.Min(j + 1, lastJ), j2 = Math.Min(j + 2, lastJ), j3 = Math.Min(j + 3, lastJ);
        float* a0 = left[i] + start, a1 = left[i1] + start, a2 = left[i2] + start, a3 = left[i3] + start;
        float* b0 = right[j] + start, b1 = right[j1] + start, b2 = right[j2] + start, b3 = right[j3] + start;
        V x00 = default, x01 = default, x02 = default, x03 = default;
        V x10 = default, x11 = default, x12 = default, x13 = default;
        V x20 = default, x21 = default, x22 = default, x23 = default;
        V x30 = default, x31 = default, x32 = default, x33 = default;
        for (int k = 0; k < length; k += V.Count)
        {
            V y0 = V.Load(b0 + k), y1 = V.Load(b1 + k), y2 = V.Load(b2 + k), y3 = V.Load(b3 + k);
            var a = V.Load(a0 + k);
            V.AddProduct(ref x00, a, y0);
            V.AddProduct(ref x01, a, y1);
            V.AddProduct(ref x02, a, y2);
            V.AddProduct(ref x03, a, y3);
            a = V.Load(a1 + k);
            V.AddProduct(ref x10, a, y0);
            V.AddProduct(ref x11, a, y1);
            V.AddProduct(ref x12, a, y2);
            V.AddProduct(ref x13, a, y3);
            a = V.Load(a2 + k);
            V.AddProduct(ref x20, a, y0);
            V.AddProduct(ref x21, a, y1);
            V.AddProduct(ref x22, a, y2);
            V.AddProduct(ref x23, a, y3);
            a = V.Load(a3 + k);
            V.AddProduct(ref x30, a, y0);
            V.AddProduct(ref x31, a, y1);
            V.AddProduct(ref x32, a, y2);
            V.AddProduct(ref x33, a, y3);
        }
        StoreSums(result[i], x00, x01, x02, x03, j, j1, j2, j3, accumulate);
        if (i1 > i)
            StoreSums(result[i1], x10, x11, x12, x13, j, j1, j2, j3, accumulate);
        if (i2 > i1)
            StoreSums(result[i2], x20, x21, x22, x23, j, j1, j2, j3, accumulate);
        if (i3 > i2)
            StoreSums(result[i3], x30, x31, x32, x33, j, j1, j2, j3, accumulate);
    }

    /// <summary>The dot products of rows i to i + 3 with rows j to j + 4, none of which is beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots5(
        in Matrix left, in Matrix right, in Matrix result, int start, int length, int i, int j, bool accumulate)
    {
        int lastI = left.Rows - 1;
        int i1 = Math.Min(i + 1, lastI), i2 = Math.Min(i + 2, lastI), i3 = Math.Min(i + 3, lastI);
        float* a0 = left[i] + start, a1 = left[i1] + start, a2 = left[i2] + start, a3 = left[i3] + start;
        float* b0 = right[j] + start, b1 = right[j + 1] + start, b2 = right[j + 2] + start;
        float* b3 = right[j + 3] + start, b4 = right[j + 4] + start;
        V x00 = default, x01 = default, x02 = default, x03 = default, x04 = default;
        V x10 = default, x11 = default, x12 = default, x13 = default, x14 = default;
        V x20 = default, x21 = default, x22 = default, x23 = default, x24 = default;
        V x30 = default, x31 = default, x32 = default, x33 = default, x34 = default;
        for (int k = 0; k < length; k += V.Count)
        {
            V y0 = V.Load(b0 + k), y1 = V.Load(b1 + k), y2 = V.Load(b2 + k), y3 = V.Load(b3 + k), y4 = V.Load(b4 + k);
            var a = V.Load(a0 + k);
            V.AddProduct(ref x00, a, y0);
            V.AddProduct(ref x01, a, y1);
            V.AddProduct(ref x02, a, y2);
            V.AddProduct(ref x03, a, y3);
            V.AddProduct(ref x04, a, y4);
            a = V.Load(a1 + k);
            V.AddProduct(ref x10, a, y0);
            V.AddProduct(ref x11, a, y1);
            V.AddProduct(ref x12, a, y2);
            V.AddProduct(ref x13, a, y3);
            V.AddProduct(ref x14, a, y4);
            a = V.Load(a2 + k);
            V.AddProduct(ref x20, a, y0);
            V.AddProduct(ref x21, a, y1);
            V.AddProduct(ref x22, a, y2);
            V.AddProduct(ref x23, a, y3);
            V.AddProduct(ref x24, a, y4);
            a = V.Load(a3 + k);
            V.AddProduct(ref x30, a, y0);
            V.AddProduct(ref x31, a, y1);
            V.AddProduct(ref x32, a, y2);
            V.AddProduct(ref x33, a, y3);
            V.AddProduct(ref x34, a, y4);
        }
        StoreSums(result[i] + j, x00, x01, x02, x03, x04, accumulate);
        if (i1 > i)
            StoreSums(result[i1] + j, x10, x11, x12, x13, x14, accumulate);
        if (i2 > i1)
            StoreSums(result[i2] + j, x20, x21, x22, x23, x24, accumulate);
        if (i3 > i2)
            StoreSums(result[i3] + j, x30, x31, x32, x33, x34, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(float* c, V x0, V x1, V x2, bool accumulate)
    {
        var sums = V.Sums(x0, x1, x2, x2);
        if (accumulate)
            sums += Vector128.Create(c[0], c[1], c[2], 0);
        c[0] = sums[0];
        c[1] = sums[1];
        c[2] = sums[2];
    }

    /// <summary>A column repeated gets the same value again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(float* c, float x0, float x1, int j, int j1, bool accumulate)
    {
        if (accumulate)
            (x0, x1) = (x0 + c[j], x1 + c[j1]);
        c[j] = x0;
        c[j1] = x1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(float* c, V x0, V x1, V x2, V x3, V x4, bool accumulate)
    {
        var sums = V.Sums(x0, x1, x2, x3);
        float last = V.Sum(x4);
        (accumulate ? sums + Vector128.Load(c) : sums).Store(c);
        c[4] = accumulate ? last + c[4] : last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(
        float* c, V x0, V x1, V x2, V x3, int j, int j1, int j2, int j3, bool accumulate)
    {
        var sums = V.Sums(x0, x1, x2, x3);
        if (j3 == j + 3)
        {
            (accumulate ? sums + Vector128.Load(c + j) : sums).Store(c + j);
            return;
        }

        // All four are read before any is written: repeated columns then get the same value.
        float s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
        if (accumulate)
            (s0, s1, s2, s3) = (s0 + c[j], s1 + c[j1], s2 + c[j2], s3 + c[j3]);
        c[j] = s0;
        c[j1] = s1;
        c[j2] = s2;
        c[j3] = s3;
    }
}
