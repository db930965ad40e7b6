using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Vectors;

/// <summary>The fastest arithmetic of one core on vectors of a width: independent multiply-adds in registers.</summary>
internal static class VectorPeak<V> where V : struct, IFloats<V>
{
    // Enough chains to hide an instruction's latency on processors that start two or three at once.
    private const int Chains = 12;

    /// <summary>float32 operations per second, two for a multiply-add, in one short run.</summary>
    /// <param name="iterations">Of twelve multiply-adds each.</param>
    public static double Measure(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        Multiply(iterations);
        return 2.0 * Chains * V.Count * iterations / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Multiply(int iterations)
    {
        V factor = V.Broadcast(0.999f), addend = V.Broadcast(1e-3f);
        V a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        V g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            a = V.MultiplyAdd(a, factor, addend);
            b = V.MultiplyAdd(b, factor, addend);
            c = V.MultiplyAdd(c, factor, addend);
            d = V.MultiplyAdd(d, factor, addend);
            e = V.MultiplyAdd(e, factor, addend);
            f = V.MultiplyAdd(f, factor, addend);
            g = V.MultiplyAdd(g, factor, addend);
            h = V.MultiplyAdd(h, factor, addend);
            i = V.MultiplyAdd(i, factor, addend);
            j = V.MultiplyAdd(j, factor, addend);
            k = V.MultiplyAdd(k, factor, addend);
            l = V.MultiplyAdd(l, factor, addend);
        }
        // Reading all of them keeps the compiler from removing any.
        return V.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
