using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The worst and the mean over several random laws, against a numeric axis, for each sweep without parts.</summary>
internal static class WorstFigure
{
    /// <summary>The figures, in the order of the rows; none for a sweep whose other axes are not numeric.</summary>
    public static IEnumerable<SweepFigure> Of(IReadOnlyList<WorstCase> rows) =>
        rows.GroupBy(row => row.Point.Sweep).Select(leaf => Of(leaf.Key, [.. leaf])).OfType<SweepFigure>();

    private static SweepFigure? Of(Sweep leaf, IReadOnlyList<WorstCase> rows)
    {
        if (rows[0].Names.LastOrDefault(name => rows.All(row => At(row, name) is not null)) is not { } x)
            return null;
        var chart = new SvgChart(SweepFigures.TitleOf(leaf), x, rows[0].Of);
        var series = rows
            .GroupBy(row => row.Point.Named(row.Names.Where(name => name != x)))
            .SelectMany(one => new[]
            {
                (Name: $"{one.Key} mean of those found".Trim(), Points: Points(one, row => row.Mean)),
                (Name: $"{one.Key} worst".Trim(), Points: Points(one, row => row.Worst)),
            });
        foreach (var (i, one) in series.Index())
        {
            chart.Add(new(
                one.Name,
                i,
                [
                    .. one.Points.Select(point => new ChartPoint(point.X, point.Y, null, null, FormattableString.Invariant(
                        $"{one.Name}, {x}={point.X}: {rows[0].Of} {point.Y:0.#}"))),
                ])
            {
                Shape = i,
                Line = one.Points,
            });
        }
        chart.Note(FormattableString.Invariant($"of {rows.Max(row => row.Values.Count)} random laws"));
        return new($"{leaf.Name}-worst", chart.ToString(), WorstCase.ToDataFrame(rows)) { Caption = leaf.About };

        IReadOnlyList<(double X, double Y)> Points(IEnumerable<WorstCase> some, Func<WorstCase, double?> value) =>
        [
            .. some.Where(row => value(row) is not null)
                .Select(row => (X: At(row, x)!.Value, Y: value(row)!.Value))
                .OrderBy(point => point.X),
        ];
    }

    private static double? At(WorstCase row, string name) => SettingsText.Number(row.Point.Get(name));
}
