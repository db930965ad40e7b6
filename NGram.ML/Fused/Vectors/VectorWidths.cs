using System.Runtime.Intrinsics;

namespace NGram.ML.Fused.Vectors;

/// <summary>The widths that there are code for, in lanes of float32, and what this processor makes of them.</summary>
internal static class VectorWidths
{
    /// <summary>Iterations of a measurement: some tens of microseconds, which are seldom interrupted.</summary>
    private const int ShortRun = 10_000;

    private const int Repetitions = 20;

    /// <summary>
    /// Between a processor that works off 512 bits in two halves (the same peak as with 256) and one that does not (twice).
    /// </summary>
    private const double FullRateRatio = 1.5;

    private static readonly Lazy<bool> fullRate = new(() =>
    {
        double half = 0, whole = 0;
        // In turns, and the best of each: what else runs then changes neither.
        for (int i = 0; i < Repetitions; i++)
            (half, whole) = (Math.Max(half, PeakOnce(8, ShortRun)), Math.Max(whole, PeakOnce(16, ShortRun)));
        return whole > FullRateRatio * half;
    });

    /// <summary>All widths, narrowest first. Each computes the same everywhere, at worst by narrower instructions.</summary>
    public static IReadOnlyList<int> All { get; } = [4, 8, 16];

    /// <summary>The widths that this processor has vectors of.</summary>
    public static IReadOnlyList<int> InHardware { get; } = [.. All.Where(IsInHardware)];

    /// <summary>
    /// Whether 16 lanes take no longer than 8. Measured once a process, in some milliseconds, where there are 16 lanes; only
    /// which of two kinds of processor it is counts, so that the choice does not change from run to run.
    /// </summary>
    public static bool HasFullRate16 => IsInHardware(16) && fullRate.Value;

    /// <summary>float32 operations a second of one core on vectors of a width: the best of short runs.</summary>
    public static double Peak(int lanes, TimeSpan duration)
    {
        double best = 0;
        long end = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        do
            best = Math.Max(best, PeakOnce(lanes, 10 * ShortRun));
        while (Environment.TickCount64 < end);
        return best;
    }

    private static bool IsInHardware(int lanes) => lanes switch
    {
        4 => Vector128.IsHardwareAccelerated,
        8 => Vector256.IsHardwareAccelerated,
        16 => Vector512.IsHardwareAccelerated,
        _ => false,
    };

    private static double PeakOnce(int lanes, int iterations) => lanes switch
    {
        4 => VectorPeak<Floats4>.Measure(iterations),
        8 => VectorPeak<Floats8>.Measure(iterations),
        16 => VectorPeak<Floats16>.Measure(iterations),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "It must be 4, 8 or 16."),
    };
}
