using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A sweep's accuracies as discs inside frames for the published ones, with a colour for each table.</summary>
internal static class CompareFigure
{
    private static readonly (string Name, Func<ComparedPoint, double> Of)[] Columns =
    [
        ("Heads", point => point.Heads),
        ("HeadDimension", point => point.HeadDimension),
        ("EmbeddingDimension", point => point.EmbeddingDimension),
        ("MlpWidth", point => point.MlpWidth),
    ];

    /// <summary>A figure for each column that varies in the tables: its name, and the SVG.</summary>
    public static IEnumerable<(string Name, string Svg)> Of(PublishedComparison comparison, string title)
    {
        var figures = comparison.Tables.GroupBy(XOf).ToList();
        return figures.Select(figure =>
        {
            var chart = new SvgChart($"{title} (lines and frames: published)", figure.Key, "accuracy");
            foreach (var (i, table) in figure.Index())
                Add(chart, table, i, Columns.First(column => column.Name == figure.Key).Of);
            return (figures.Count == 1 ? "compare" : $"compare-{figure.Key}", chart.ToString());
        });
    }

    /// <summary>The column with the most values; the first if there are several.</summary>
    private static string XOf(ComparedTable table) =>
        Columns.MaxBy(column => table.Points.Select(column.Of).Distinct().Count()).Name;

    private static void Add(SvgChart chart, ComparedTable table, int colour, Func<ComparedPoint, double> x)
    {
        chart.Add(new("", colour, [.. table.Points.Select(point => new ChartPoint(
            x(point), point.Published, null, null, FormattableString.Invariant($"{table.Name}: published {point.Published}")))])
        {
            Shape = 3,
            Line = [.. table.Points.Select(point => (x(point), point.Published)).Order()],
        });
        var measured = table.Points.Where(point => point.Accuracy is not null);
        chart.Add(new(table.Name, colour, [.. measured.Select(point => new ChartPoint(
            x(point),
            point.Accuracy!.Value,
            null,
            null,
            FormattableString.Invariant($"{table.Name}: {point.Accuracy:0.0000}, published {point.Published}")))]));
    }
}
