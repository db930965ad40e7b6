using System.Diagnostics;
using NGram.Data.Checks;
using NGram.ML.Experiments;

namespace NGram.ML.Sweeps.Running;

/// <summary>How far a run of a sweep has got, measured by the work of its trials. Several threads may call it.</summary>
internal sealed class SweepMeter(IReadOnlyList<TrialLine> lines, IProgress<SweepProgress>? progress)
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<string, double> weights = [];
    private readonly Dictionary<string, double> running = [];
    private int done, failed, left = lines.Sum(line => line.AtMost.Count);
    private double before, since, all = lines.Sum(line => WeightOf(line.AtMost));
    private double? best;

    /// <summary>A trial begins.</summary>
    public void Begin(SweepTrial trial) => Change(() =>
    {
        running[trial.Id] = 0;
        weights[trial.Id] = TrialWork.Of(trial.Settings).Weight;
    });

    /// <summary>A line has ended; a search seldom needs as many trials as it might.</summary>
    /// <param name="line">The line.</param>
    /// <param name="ran">The trials that it needed.</param>
    public void End(TrialLine line, IReadOnlyList<SweepTrial> ran) => Change(() =>
    {
        left -= line.AtMost.Count - ran.Count;
        all -= WeightOf(line.AtMost) - WeightOf(ran);
    });

    /// <summary>A trial has ended.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="record">Its outcome.</param>
    /// <param name="isNew">Whether this run did it, and so shows how fast the work goes.</param>
    public void Settle(SweepTrial trial, TrialRecord record, bool isNew) => Change(() =>
    {
        running.Remove(trial.Id);
        if (!record.IsSettled)
            return;
        left--;
        (done, failed) = record.Status == TrialStatus.Done ? (done + 1, failed) : (done, failed + 1);
        double weight = TrialWork.Of(trial.Settings).Weight;
        (before, since) = isNew ? (before, since + weight) : (before + weight, since);
        if (record.Summary?.Accuracy is { } accuracy && !(best >= accuracy))
            best = accuracy;
    });

    /// <summary>Receives the progress of a trial.</summary>
    public IProgress<ExperimentProgress>? Of(SweepTrial trial) =>
        progress is null ? null : new TrialProgress(fraction => Change(() => running[trial.Id] = fraction));

    /// <summary>Reports the progress of the run.</summary>
    public void Report() => Change(() => { });

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            if (progress is null)
                return;
            double now = since + running.Sum(one => one.Value * weights[one.Key]);
            progress.Report(new(
                done,
                running.Count,
                failed,
                left - running.Count,
                all > 0 ? (before + now) / all : 1,
                clock.Elapsed,
                RemainingTime.Of(clock.Elapsed, now, all - before),
                best));
        }
    }

    private static double WeightOf(IEnumerable<SweepTrial> trials) =>
        trials.Sum(trial => TrialWork.Of(trial.Settings).Weight);

    private sealed class TrialProgress(Action<double> report) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value)
        {
            if (value is { Stage: ExperimentStage.Training, Training: { } training })
                report(training.Fraction);
        }
    }
}
