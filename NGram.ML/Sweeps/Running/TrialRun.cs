using NGram.ML.Experiments;
using NGram.ML.Training;

namespace NGram.ML.Sweeps.Running;

/// <summary>One trial, whatever comes of it.</summary>
internal static class TrialRun
{
    /// <summary>Runs a trial: done, failed with its reason, or interrupted.</summary>
    public static TrialRecord Run(
        SweepTrial trial, int jobs, IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            using var result = Experiment.Run(Beside(trial.Settings, jobs), progress: progress, cancellationToken: cancellation);
            return Record(trial, result);
        }
        catch (OperationCanceledException)
        {
            return SweepFolder.Interrupted(trial, "It was stopped.");
        }
        catch (Exception exception)
        {
            // Whatever the exception is, the other trials go on.
            return Failed(trial, exception.Message, exception is ArgumentException or InvalidDataException);
        }
    }

    /// <summary>The settings of one of several concurrent trials, each of which has one core.</summary>
    public static ExperimentSettings Beside(ExperimentSettings settings, int jobs) =>
        jobs == 1 ? settings : settings with { Training = settings.Training with { Threads = settings.Training.Threads ?? 1 } };

    private static TrialRecord Record(SweepTrial trial, ExperimentResult result)
    {
        var history = result.History;
        if (history.StopReason == StopReason.Cancelled)
            return SweepFolder.Interrupted(trial, FormattableString.Invariant($"It was stopped after {history.Steps} batches."));
        if (history.StopReason == StopReason.NotFinite)
        {
            return Failed(
                trial,
                FormattableString.Invariant($"The loss or the weights are not finite at step {history.Steps}: it diverged."),
                isPermanent: true);
        }
        return new TrialRecord
        {
            Trial = trial.Id,
            Settings = trial.Settings,
            Status = TrialStatus.Done,
            Summary = result.Summary,
        };
    }

    private static TrialRecord Failed(SweepTrial trial, string reason, bool isPermanent) => new()
    {
        Trial = trial.Id,
        Settings = trial.Settings,
        Status = TrialStatus.Failed,
        Reason = string.Join(' ', reason.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        IsPermanent = isPermanent,
    };
}
