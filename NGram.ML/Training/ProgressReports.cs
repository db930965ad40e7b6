using System.Diagnostics;
using NGram.Data.Checks;

namespace NGram.ML.Training;

/// <summary>Tells a listener where a training stands, about ten times a second and at the end.</summary>
internal sealed class ProgressReports(
    IProgress<TrainingProgress>? progress, TrainingOptions options, TrainingHistory history, Stopwatch clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly int firstStep = history.Steps;
    private TimeSpan reported;

    /// <summary>Called after every step.</summary>
    public void AfterStep()
    {
        if (progress is null || clock.Elapsed - reported < Interval)
            return;
        reported = clock.Elapsed;
        progress.Report(At(reported));
    }

    /// <summary>Called after the last step: the end is told however soon after the last report.</summary>
    public void AtEnd()
    {
        if (history.Steps > 0)
            progress?.Report(At(history.Duration));
    }

    private TrainingProgress At(TimeSpan elapsed)
    {
        var (epoch, batch) = Math.DivRem(history.Steps - 1, history.BatchesPerEpoch);
        // A resumed training's own steps tell how fast it is.
        long done = history.Steps - firstStep, all = (long)options.Epochs * history.BatchesPerEpoch - firstStep;
        return new TrainingProgress(
            epoch + 1,
            options.Epochs,
            batch + 1,
            history.BatchesPerEpoch,
            history.RecentLoss,
            history.IsDivergence,
            history.RecentAccuracy,
            elapsed,
            RemainingTime.Of(elapsed, done, all) ?? TimeSpan.Zero);
    }
}
