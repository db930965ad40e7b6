using System.Diagnostics;
using NGram.Data.Checks;
using NGram.ML.Experiments;

namespace NGram.ML.Sweeps.Running;

/// <summary>How far a run of a sweep is, measured in the work of its trials. Several threads may call it.</summary>
internal sealed class SweepMeter(IReadOnlyList<SweepTrial> trials, IProgress<SweepProgress>? progress)
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<string, double> weights = trials.ToDictionary(
        trial => trial.Id,
        trial => TrialWork.Of(trial.Settings).Weight);
    private readonly Dictionary<string, double> running = [];
    private int done, failed;
    private double before, since;
    private double? best;

    /// <summary>Whether every trial is done or has failed.</summary>
    public bool IsWhole => done + failed == trials.Count;

    /// <summary>A trial begins.</summary>
    public void Begin(SweepTrial trial) => Change(() => running[trial.Id] = 0);

    /// <summary>A trial has ended.</summary>
    /// <param name="trial">Which.</param>
    /// <param name="record">What came of it.</param>
    /// <param name="isNew">Whether this run did it: then it tells how fast the work goes.</param>
    public void Settle(SweepTrial trial, TrialRecord record, bool isNew) => Change(() =>
    {
        running.Remove(trial.Id);
        if (!record.IsSettled)
            return;
        (done, failed) = record.Status == TrialStatus.Done ? (done + 1, failed) : (done, failed + 1);
        if (isNew)
            since += weights[trial.Id];
        else
            before += weights[trial.Id];
        if (record.Summary?.Accuracy is { } accuracy && !(best >= accuracy))
            best = accuracy;
    });

    /// <summary>Receives the progress of a trial.</summary>
    public IProgress<ExperimentProgress>? Of(SweepTrial trial) =>
        progress is null ? null : new TrialProgress(fraction => Change(() => running[trial.Id] = fraction));

    /// <summary>Tells where the run stands.</summary>
    public void Report() => Change(() => { });

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            if (progress is null)
                return;
            double now = since + running.Sum(one => one.Value * weights[one.Key]), all = weights.Values.Sum();
            progress.Report(new(
                done,
                running.Count,
                failed,
                trials.Count - done - failed - running.Count,
                all > 0 ? (before + now) / all : 1,
                clock.Elapsed,
                RemainingTime.Of(clock.Elapsed, now, all - before),
                best));
        }
    }

    private sealed class TrialProgress(Action<double> report) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value)
        {
            if (value is { Stage: ExperimentStage.Training, Training: { } training })
                report(training.Fraction);
        }
    }
}
