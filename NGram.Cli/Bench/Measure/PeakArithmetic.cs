using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NGram.Cli.Bench.Measure;

/// <summary>The fastest arithmetic of one core: independent fused multiply-adds in registers.</summary>
internal static class PeakArithmetic
{
    private const int Iterations = 1_000_000;
    // As many chains as hide an instruction's latency on processors that start two or three at once.
    private const int Chains = 12;

    /// <summary>float32 operations a second, two for a multiply-add: the best of some repetitions.</summary>
    public static double Measure(TimeSpan duration)
    {
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            Multiply(Iterations);
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
        return 2.0 * Chains * Vector<float>.Count * Iterations / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Multiply(int iterations)
    {
        var factor = new Vector<float>(0.999f);
        var addend = new Vector<float>(1e-3f);
        Vector<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        Vector<float> g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            a = Vector.FusedMultiplyAdd(a, factor, addend);
            b = Vector.FusedMultiplyAdd(b, factor, addend);
            c = Vector.FusedMultiplyAdd(c, factor, addend);
            d = Vector.FusedMultiplyAdd(d, factor, addend);
            e = Vector.FusedMultiplyAdd(e, factor, addend);
            f = Vector.FusedMultiplyAdd(f, factor, addend);
            g = Vector.FusedMultiplyAdd(g, factor, addend);
            h = Vector.FusedMultiplyAdd(h, factor, addend);
            i = Vector.FusedMultiplyAdd(i, factor, addend);
            j = Vector.FusedMultiplyAdd(j, factor, addend);
            k = Vector.FusedMultiplyAdd(k, factor, addend);
            l = Vector.FusedMultiplyAdd(l, factor, addend);
        }
        // Reading all of them keeps the compiler from leaving any out.
        return Vector.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
