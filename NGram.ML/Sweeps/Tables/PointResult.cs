using NGram.ML.Experiments;
using NGram.ML.Sweeps.Running;

namespace NGram.ML.Sweeps.Tables;

/// <summary>A point of a sweep with what its repetitions gave.</summary>
/// <param name="Point">The point.</param>
/// <param name="Done">The results of its trials that are done, in the order of the repetitions.</param>
/// <param name="Missing">How many of its trials are not.</param>
internal sealed record PointResult(SweepPoint Point, IReadOnlyList<ExperimentSummary> Done, int Missing)
{
    /// <summary>Accuracies of its trials.</summary>
    public SampleStatistics Accuracy { get; } = SampleStatistics.Of(Done.Select(summary => summary.Accuracy));

    /// <summary>Divergences of its trials.</summary>
    public SampleStatistics Divergence { get; } = SampleStatistics.Of(Done.Select(summary => summary.Divergence));

    /// <summary>Bits a parameter of its trials.</summary>
    public SampleStatistics BitsPerParameter { get; } = SampleStatistics.Of(Done.Select(summary => summary.BitsPerParameter));

    /// <summary>Every point of a sweep, in order.</summary>
    public static IReadOnlyList<PointResult> Of(IReadOnlyList<SweepTrial> trials, Func<SweepTrial, TrialRecord?> recordOf) =>
    [
        .. trials.GroupBy(trial => trial.Point, ReferenceEqualityComparer.Instance).Select(point =>
        {
            var done = point.Select(recordOf)
                .Where(record => record is { Status: TrialStatus.Done, Summary: not null })
                .Select(record => record!.Summary!)
                .ToList();
            return new PointResult((SweepPoint)point.Key!, done, point.Count() - done.Count);
        }),
    ];
}
