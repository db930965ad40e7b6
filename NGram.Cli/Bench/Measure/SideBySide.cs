using System.Diagnostics;
using System.Runtime;

namespace NGram.Cli.Bench.Measure;

/// <summary>Times several engines in turns, so that a machine whose speed drifts treats all alike.</summary>
internal static class SideBySide
{
    /// <summary>One engine's turn, times its share.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(40);

    private const int FewestTurns = 3;
    private const int MostRounds = 8;
    // A method is compiled for good after 30 calls, in the background, a tenth of a second after the last new method.
    private const int RoundSteps = 40;
    private static readonly TimeSpan RoundLimit = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CompilerPause = TimeSpan.FromMilliseconds(150);

    /// <summary>Warms up and measures for <paramref name="duration"/> in all, but three turns at least.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two turns.</exception>
    public static void Measure(IReadOnlyList<StepTimer> timers, TimeSpan duration, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        WarmUp(timers, duration / 2, cancellation);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (int turn = 0; turn < FewestTurns || Stopwatch.GetElapsedTime(start) < duration; turn++)
        {
            foreach (var timer in timers)
            {
                cancellation.ThrowIfCancellationRequested();
                timer.Measure(Turn);
            }
        }
    }

    /// <summary>Runs steps until the just-in-time compiler has nothing left to do.</summary>
    private static void WarmUp(IReadOnlyList<StepTimer> timers, TimeSpan limit, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        long compiled = -1L;
        for (
            int round = 0;
            round < MostRounds && JitInfo.GetCompiledMethodCount() != compiled && Stopwatch.GetElapsedTime(start) < limit;
            round++)
        {
            compiled = JitInfo.GetCompiledMethodCount();
            foreach (var timer in timers)
            {
                cancellation.ThrowIfCancellationRequested();
                timer.Run(RoundSteps, RoundLimit);
            }
            Thread.Sleep(CompilerPause);
        }
    }
}
