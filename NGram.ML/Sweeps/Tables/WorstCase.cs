using Microsoft.Data.Analysis;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Tables;

/// <summary>
/// What holds for every random law that was tried, one for each value of an axis DistributionSeed, such as random subsets of
/// prompts: the worst search, so that every set of that size was memorised, or the fewest facts of a training.
/// </summary>
/// <param name="Point">The first of the laws' points.</param>
/// <param name="Of">What is compared: the axis of a search, or Facts.</param>
/// <param name="Values">The result for each law and repetition; null if a search found nothing.</param>
/// <param name="IsMost">Whether the largest is the worst, as for the heads that a search needs.</param>
internal sealed record WorstCase(SweepPoint Point, string Of, IReadOnlyList<double?> Values, bool IsMost)
{
    /// <summary>The axis of the laws.</summary>
    public const string Axis = nameof(ExperimentSettings.DistributionSeed);

    /// <summary>The worst value; null if a search found nothing.</summary>
    public double? Worst => Values.Any(value => value is null) ? null : IsMost ? Values.Max() : Values.Min();

    /// <summary>The mean of the values found.</summary>
    public double? Mean => Values.Average();

    /// <summary>The best value found.</summary>
    public double? Best => IsMost ? Values.Min() : Values.Max();

    /// <summary>The setting's values that tell one row from another.</summary>
    public IEnumerable<string> Names => Point.Sweep.Axes.Select(axis => axis.Setting)
        .Where(name => !new[] { Axis, Of, Point.Sweep.Best?.Axis }.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The worst cases of a sweep's searches and trainings over several laws, in order; none if it has no such axis.
    /// </summary>
    public static IReadOnlyList<WorstCase> In(IReadOnlyList<PointResult> points, IReadOnlyList<SearchResult> searches)
    {
        var found = searches.Where(one => HasLaws(one.Point.Sweep) && one.Status != "unfinished")
            .GroupBy(one => (one.Point.Sweep, one.Point.Without(Axis, one.Point.Sweep.Search!.Axis, one.Point.Sweep.Best?.Axis)))
            .Select(laws => new WorstCase(
                laws.First().Point,
                laws.Key.Sweep.Search!.Axis,
                [.. laws.Select(one => one.Value)],
                !laws.Key.Sweep.Search.Largest));
        var held = points.Where(point => point.Point.Sweep.Search is null && HasLaws(point.Point.Sweep) && point.Done.Count > 0)
            .GroupBy(point => (point.Point.Sweep, point.Point.Without(Axis, point.Point.Sweep.Best?.Axis)))
            .Select(laws => new WorstCase(
                laws.First().Point,
                nameof(ExperimentSummary.Facts),
                [.. laws.SelectMany(point => point.Done).Select(summary => (double?)summary.Facts)],
                IsMost: false));
        return [.. found, .. held];
    }

    /// <summary>One row each: Sweep, the settings that vary apart from the laws, Of, Tried, Worst, Mean, Best.</summary>
    public static DataFrame ToDataFrame(IReadOnlyList<WorstCase> rows)
    {
        IReadOnlyList<SweepPoint> points = [.. rows.Select(row => row.Point)];
        var names = rows.SelectMany(row => row.Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        DoubleDataFrameColumn Number(string name, Func<WorstCase, double?> value) => new(name, rows.Select(value));
        return new DataFrame(
        [
            new StringDataFrameColumn("Sweep", points.Select(point => point.Sweep.Name)),
            .. names.Select(name =>
                new StringDataFrameColumn(name, points.Select(point => SettingsText.Shown(point.Get(name))))),
            new StringDataFrameColumn("Of", rows.Select(row => row.Of)),
            new Int32DataFrameColumn("Tried", rows.Select(row => row.Values.Count)),
            Number("Worst", row => row.Worst),
            Number("Mean", row => row.Mean),
            Number("Best", row => row.Best),
        ]);
    }

    /// <summary>Whether a sweep has several random laws.</summary>
    public static bool HasLaws(Sweep sweep) =>
        sweep.Axes.Any(axis => axis.Setting.Equals(Axis, StringComparison.OrdinalIgnoreCase));
}
