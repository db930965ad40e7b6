using NGram.ML.Experiments;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Tables;

/// <summary>
/// A point of a sweep with the results of its repetitions; where the best value of an axis counts, the best result of each.
/// </summary>
/// <param name="Point">The point; if several differ in such an axis, the first.</param>
/// <param name="Done">The results that count, in the order of the repetitions.</param>
/// <param name="Missing">Number of its trials that are not done; 0 for a search, which needs only a few of them.</param>
internal sealed record PointResult(SweepPoint Point, IReadOnlyList<ExperimentSummary> Done, int Missing)
{
    /// <summary>The repetitions of the results.</summary>
    public IReadOnlyList<int> Repetitions { get; init; } = [];

    /// <summary>The values that were best, in the order of the repetitions; empty if nothing is compared.</summary>
    public IReadOnlyList<string> Best { get; init; } = [];

    /// <summary>Accuracies of its trials.</summary>
    public SampleStatistics Accuracy { get; } = SampleStatistics.Of(Done.Select(summary => summary.Accuracy));

    /// <summary>Divergences of its trials.</summary>
    public SampleStatistics Divergence { get; } = SampleStatistics.Of(Done.Select(summary => summary.Divergence));

    /// <summary>Bits per parameter of its trials.</summary>
    public SampleStatistics BitsPerParameter { get; } = SampleStatistics.Of(Done.Select(summary => summary.BitsPerParameter));

    /// <summary>Any result of its trials.</summary>
    public SampleStatistics Of(TrialMetric metric) => SampleStatistics.Of(Done.Select(metric.Of));

    /// <summary>A result of a repetition; null if it is missing.</summary>
    public double? Of(TrialMetric metric, int repetition) =>
        Repetitions.Index().Where(one => one.Item == repetition).Select(one => metric.Of(Done[one.Index])).FirstOrDefault();

    /// <summary>Every point of a sweep, in order.</summary>
    public static IReadOnlyList<PointResult> Of(IReadOnlyList<SweepTrial> trials, Func<SweepTrial, TrialRecord?> recordOf) =>
    [
        .. trials.GroupBy(trial => (trial.Point.Sweep, trial.Point.Without(trial.Point.Sweep.Best?.Axis)))
            .Select(point => Of([.. point], point.Key.Sweep.Best, recordOf))
            .Where(point => point.Point.Sweep.Search is null || point.Done.Count > 0),
    ];

    private static PointResult Of(List<SweepTrial> trials, SweepBest? best, Func<SweepTrial, TrialRecord?> recordOf)
    {
        var done = trials
            .Select(trial => (Trial: trial, recordOf(trial)?.Summary))
            .Where(one => one.Summary is not null)
            .ToList();
        var metric = TrialMetric.Find(best?.By ?? "") ?? TrialMetric.Accuracy;
        var counted = best is null
            ? done
            : done.GroupBy(one => one.Trial.Repetition)
                .OrderBy(repetition => repetition.Key)
                .Select(repetition => repetition.MaxBy(one => metric.Rank(one.Summary!)))
                .ToList();
        int missing = trials[0].Point.Sweep.Search is null ? trials.Count - done.Count : 0;
        return new(trials[0].Point, [.. counted.Select(one => one.Summary!)], missing)
        {
            Repetitions = [.. counted.Select(one => one.Trial.Repetition)],
            Best = best is null ? [] : [.. counted.Select(one => SettingsText.Shown(one.Trial.Point.Get(best.Axis)))],
        };
    }
}
