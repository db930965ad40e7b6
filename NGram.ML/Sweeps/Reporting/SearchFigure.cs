using Microsoft.Data.Analysis;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>What the searches of a sweep without parts found, against a numeric axis: means with 95% intervals.</summary>
internal static class SearchFigure
{
    /// <summary>The figure; null if nothing was found, or no other axis is numeric.</summary>
    public static SweepFigure? Of(Sweep leaf, IReadOnlyList<SearchResult> searches)
    {
        if (leaf.Search is not { } search)
            return null;
        var own = searches.Where(one => ReferenceEquals(one.Point.Sweep, leaf) && one.Value is not null).ToList();
        double? At(SearchResult one, string name) => SettingsText.Number(one.Point.Get(name));
        var others = leaf.Axes.Select(axis => axis.Setting)
            .Where(name => !Is(name, search.Axis) && !Is(name, leaf.Best?.Axis))
            .ToList();
        string? x = others.LastOrDefault(name => own.All(one => At(one, name) is not null));
        if (own.Count == 0 || x is null)
            return null;
        string SeriesOf(SearchResult one) => one.Point.Named(others.Where(name => name != x));
        var points = own.GroupBy(one => (Series: SeriesOf(one), X: At(one, x)!.Value))
            .Select(point => (point.Key.Series, point.Key.X, Found: SampleStatistics.Of(point.Select(one => one.Value)),
                Searches: point.Count()))
            .ToList();
        string what = $"{(search.Largest ? "largest" : "smallest")} {search.Axis}";
        var chart = new SvgChart(SweepFigures.TitleOf(leaf), x, what);
        foreach (var (i, series) in points.GroupBy(point => point.Series).Index())
        {
            chart.Add(new(series.Key, i,
            [
                .. series.Select(point => new ChartPoint(
                    point.X,
                    point.Found.Mean!.Value,
                    point.Found.Low,
                    point.Found.High,
                    $"{series.Key} {x}".Trim() + FormattableString.Invariant(
                        $"={point.X}: {what} {point.Found.Mean:0.###}, {point.Searches} searches"))),
            ])
            {
                Line = [.. series.OrderBy(point => point.X).Select(point => (point.X, point.Found.Mean!.Value))],
            });
        }
        chart.Note(FormattableString.Invariant($"{search.By} of {search.Target}"));
        return new($"{leaf.Name}-search", chart.ToString(), new DataFrame(
            new StringDataFrameColumn("Series", points.Select(point => point.Series)),
            new DoubleDataFrameColumn(x, points.Select(point => point.X)),
            new DoubleDataFrameColumn(search.Axis, points.Select(point => point.Found.Mean)),
            new DoubleDataFrameColumn(search.Axis + "Low", points.Select(point => point.Found.Low)),
            new DoubleDataFrameColumn(search.Axis + "High", points.Select(point => point.Found.High)),
            new Int32DataFrameColumn("Searches", points.Select(point => point.Searches))));
    }

    private static bool Is(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
