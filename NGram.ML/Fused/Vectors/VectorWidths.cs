using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace NGram.ML.Fused.Vectors;

/// <summary>The widths that there is code for, in lanes of float32, and how this processor handles them.</summary>
internal static class VectorWidths
{
    /// <summary>Iterations of a measurement: a few tens of microseconds, short enough to be seldom interrupted.</summary>
    private const int ShortRun = 10_000;

    private const int Repetitions = 20;

    /// <summary>
    /// Between a processor that handles 512 bits in two halves (the same peak as with 256) and one that does not (twice the
    /// peak).
    /// </summary>
    private const double FullRateRatio = 1.5;

    private static readonly Lazy<bool> fullRate = new(() =>
    {
        double half = 0, whole = 0;
        // Alternating, and the best of each, so that other work on the machine favours neither.
        for (int i = 0; i < Repetitions; i++)
            (half, whole) = (Math.Max(half, PeakOnce(8, ShortRun)), Math.Max(whole, PeakOnce(16, ShortRun)));
        return whole > FullRateRatio * half;
    });

    /// <summary>All widths, narrowest first. Each works everywhere, at worst by narrower instructions.</summary>
    public static IReadOnlyList<int> All { get; } = [4, 8, 16];

    /// <summary>The widths of this processor's vectors.</summary>
    public static IReadOnlyList<int> InHardware { get; } = [.. All.Where(IsInHardware)];

    /// <summary>
    /// Whether 16 lanes take no longer than 8. Measured once per process, in a few milliseconds, where there are 16 lanes. It
    /// only tells two kinds of processors apart, so that the choice does not change from run to run.
    /// </summary>
    public static bool HasFullRate16 => IsInHardware(16) && fullRate.Value;

    /// <summary>float32 operations per second of one core on vectors of a width: the best of several short runs.</summary>
    public static double Peak(int lanes, TimeSpan duration)
    {
        double best = 0;
        long end = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        do
            best = Math.Max(best, PeakOnce(lanes, 10 * ShortRun));
        while (Environment.TickCount64 < end);
        return best;
    }

    /// <summary>
    /// The same of several threads at once, added up. It is little more than one thread's where they are two of one core.
    /// </summary>
    public static double PeakTogether(int lanes, int threads, TimeSpan duration)
    {
        using var start = new Barrier(threads);
        double[] peaks = new double[threads];
        var running = Enumerable.Range(0, threads)
            .Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                // The mean, not the best: only what all have at the same time counts.
                var (clock, operations) = (Stopwatch.StartNew(), 0.0);
                while (clock.Elapsed < duration)
                {
                    var since = clock.Elapsed;
                    double peak = PeakOnce(lanes, ShortRun);
                    operations += peak * (clock.Elapsed - since).TotalSeconds;
                }
                peaks[i] = operations / clock.Elapsed.TotalSeconds;
            }))
            .ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        return peaks.Sum();
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
