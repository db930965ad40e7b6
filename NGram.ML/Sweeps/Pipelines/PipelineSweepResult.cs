using Microsoft.Data.Analysis;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Pipelines;

/// <summary>The results of a sweep of pipelines.</summary>
public sealed class PipelineSweepResult
{
    private readonly IReadOnlyList<SweepAxis> axes;
    private readonly IReadOnlyList<PipelineTrial> trials;

    internal PipelineSweepResult(
        IReadOnlyList<SweepAxis> axes,
        IReadOnlyList<PipelineTrial> trials,
        IEnumerable<PipelineOutcome?> outcomes)
    {
        (this.axes, this.trials) = (axes, trials);
        Outcomes = [.. outcomes.OfType<PipelineOutcome>()];
    }

    /// <summary>The trials that ended, in the order of the axes.</summary>
    public IReadOnlyList<PipelineOutcome> Outcomes { get; }

    /// <summary>The values whose mean of a metric over the repetitions is the best.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="isSmallest">Whether the smallest is best, as for a loss.</param>
    /// <exception cref="ArgumentException">No trial has such a metric; the message lists the available ones.</exception>
    public PipelineTrial Best(string metric, bool isSmallest = false)
    {
        var means = Points()
            .Select(point => (point.First, Mean: SampleStatistics.Of(Values(point.Done, metric)).Mean))
            .Where(point => point.Mean is not null)
            .ToList();
        string others = string.Join(", ", Names());
        if (means.Count == 0)
            throw new ArgumentException($"No trial has the metric {metric}; they have [{others}].", nameof(metric));
        return (isSmallest ? means.MinBy(point => point.Mean) : means.MaxBy(point => point.Mean)).First;
    }

    /// <summary>
    /// A row for every trial that ended: the axes, Repetition, Status (done, failed), Seed, metrics, Seconds, Reason.
    /// </summary>
    public DataFrame ToDataFrame() => new(
    [
        .. Columns([.. Outcomes.Select(outcome => outcome.Trial)]),
        new Int32DataFrameColumn("Repetition", Outcomes.Select(outcome => outcome.Trial.Repetition)),
        new StringDataFrameColumn("Status", Outcomes.Select(outcome => outcome.Metrics is null ? "failed" : "done")),
        new Int32DataFrameColumn("Seed", Outcomes.Select(outcome => outcome.Trial.Seed)),
        .. Names().Select(name => new DoubleDataFrameColumn(name, Values(Outcomes, name))),
        new DoubleDataFrameColumn("Seconds", Outcomes.Select(outcome => outcome.Seconds)),
        new StringDataFrameColumn("Reason", Outcomes.Select(outcome => outcome.Reason ?? "")),
    ]);

    /// <summary>
    /// A row for every point: the axes, Trials, Missing, then for each metric the mean and, under its name with Sd, Low and High,
    /// the standard deviation and the 95% interval of the mean.
    /// </summary>
    public DataFrame SummaryToDataFrame()
    {
        var points = Points();
        IEnumerable<DataFrameColumn> OfMetric(string name)
        {
            var statistics = points.Select(point => SampleStatistics.Of(Values(point.Done, name))).ToList();
            yield return new DoubleDataFrameColumn(name, statistics.Select(one => one.Mean));
            yield return new DoubleDataFrameColumn(name + "Sd", statistics.Select(one => one.Sd));
            yield return new DoubleDataFrameColumn(name + "Low", statistics.Select(one => one.Low));
            yield return new DoubleDataFrameColumn(name + "High", statistics.Select(one => one.High));
        }
        return new(
        [
            .. Columns([.. points.Select(point => point.First)]),
            new Int32DataFrameColumn("Trials", points.Select(point => point.Done.Count)),
            new Int32DataFrameColumn("Missing", points.Select(point => point.Missing)),
            .. Names().SelectMany(OfMetric),
        ]);
    }

    private IReadOnlyList<(PipelineTrial First, List<PipelineOutcome> Done, int Missing)> Points()
    {
        var done = Outcomes.Where(outcome => outcome.Metrics is not null).ToLookup(outcome => outcome.Trial.Point);
        return
        [
            .. trials.GroupBy(trial => trial.Point).Select(point =>
                (point.First(), done[point.Key].ToList(), point.Count() - done[point.Key].Count())),
        ];
    }

    private IEnumerable<string> Names() => Outcomes.SelectMany(outcome => outcome.Metrics?.Keys ?? []).Distinct();

    private static IEnumerable<double?> Values(IEnumerable<PipelineOutcome> outcomes, string metric) => outcomes.Select(outcome =>
        outcome.Metrics is { } metrics && metrics.TryGetValue(metric, out double value) ? value : (double?)null);

    private IEnumerable<DataFrameColumn> Columns(IReadOnlyList<PipelineTrial> rows) =>
        axes.Select(axis => Column(axis.Setting, rows));

    private DataFrameColumn Column(string name, IReadOnlyList<PipelineTrial> rows) =>
        trials.All(trial => SettingsText.Number(trial.Get(name)) is not null)
            ? new DoubleDataFrameColumn(name, rows.Select(trial => SettingsText.Number(trial.Get(name))))
            : new StringDataFrameColumn(name, rows.Select(trial => trial.Text(name)));
}
