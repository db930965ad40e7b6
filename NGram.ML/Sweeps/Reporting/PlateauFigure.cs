using Microsoft.Data.Analysis;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// What models hold against what is demanded of them: a curve for each series of all parts, the plateau at which it ends, with
/// the 95% interval over the repetitions, and the line on which everything is held.
/// </summary>
internal static class PlateauFigure
{
    private const int DiagonalColour = 5;

    private sealed record Curve(SweepCurve Points, int Part, FitRow? Plateau);

    /// <summary>The figure; null if no part has a plateau to fit, or there is nothing to draw.</summary>
    public static SweepFigure? Of(Sweep sweep, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits)
    {
        var curves = sweep.Leaves.Index()
            .Where(part => part.Item.Fit?.Plateau is not null)
            .SelectMany(part => SweepCurve.Of(part.Item, points)
                .Select(curve => new Curve(curve, part.Index, PlateauOf(curve, fits))))
            .ToList();
        if (curves.Count == 0)
            return null;
        var chart = new SvgChart(SweepFigures.TitleOf(sweep), Words(curves[0].Points.X), Words(curves[0].Points.Y.Name));
        AddDiagonal(chart, curves);
        foreach (var (i, curve) in curves.Index())
        {
            var drawn = curve.Points.Points.Select(point => Point(curve, point));
            chart.Add(new(NameOf(curve), i < DiagonalColour ? i : i + 1, [.. drawn])
            {
                Shape = curve.Part,
                Line = [.. curve.Points.Means()],
                Dashes = curve.Plateau is { } row ? [(row.From, row.Fit.Intercept), (row.To, row.Fit.Intercept)] : [],
                Band = curve.Plateau is { Intercept: { } ends, From: var from, To: var to }
                    ? [(from, ends.Low), (to, ends.Low), (to, ends.High), (from, ends.High)]
                    : [],
            });
        }
        chart.Note("dashed: the plateau and its 95% interval");
        return new($"{sweep.Name}-plateau", chart.ToString(), Table(curves));
    }

    private static FitRow? PlateauOf(SweepCurve curve, IReadOnlyList<FitRow> fits) => fits.FirstOrDefault(fit =>
        fit.Sweep == curve.Sweep.Name && fit.Series == curve.Series && fit.Fit.Power == 0);

    private static void AddDiagonal(SvgChart chart, List<Curve> curves)
    {
        var all = curves.SelectMany(curve => curve.Points.Means()).ToList();
        double from = all.Min(point => point.X), to = Math.Min(all.Max(point => point.X), all.Max(point => point.Y) * 1.05);
        chart.Add(new("all that is demanded", DiagonalColour, []) { Dashes = [(from, from), (to, to)] });
    }

    /// <summary>A column's name as an axis title: DemandedBitsPerParameter becomes demanded bits per parameter.</summary>
    private static string Words(string name) => string
        .Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"))
        .TrimStart();

    private static string NameOf(Curve curve) => $"{SweepFigures.TitleOf(curve.Points.Sweep)} {curve.Points.Series}".Trim();

    private static ChartPoint Point(Curve curve, (double X, PointResult Result) point)
    {
        var y = point.Result.Of(curve.Points.Y);
        string interval = y is { Low: { } low, High: { } high }
            ? FormattableString.Invariant($" ({low:0.###} to {high:0.###})")
            : "";
        return new(point.X, y.Mean!.Value, y.Low, y.High, FormattableString.Invariant(
            $"{NameOf(curve)}, {curve.Points.X} {point.X:0.###}: {curve.Points.Y.Name} {y.Mean:0.###}{interval}, ")
            + FormattableString.Invariant($"{point.Result.Done.Count} trials"));
    }

    private static DataFrame Table(List<Curve> curves)
    {
        var rows = curves.SelectMany(curve => curve.Points.Points.Select(point => (
            Curve: curve, point.X, Y: point.Result.Of(curve.Points.Y), Trials: point.Result.Done.Count))).ToList();
        DoubleDataFrameColumn Number(
            string name, Func<(Curve Curve, double X, SampleStatistics Y, int Trials), double?> value) =>
            new(name, rows.Select(value));
        string y = curves[0].Points.Y.Name;
        return new DataFrame(
            new StringDataFrameColumn("Sweep", rows.Select(row => row.Curve.Points.Sweep.Name)),
            new StringDataFrameColumn("Series", rows.Select(row => row.Curve.Points.Series)),
            Number(curves[0].Points.X, row => row.X),
            Number(y, row => row.Y.Mean),
            Number(y + "Low", row => row.Y.Low),
            Number(y + "High", row => row.Y.High),
            new Int32DataFrameColumn("Trials", rows.Select(row => row.Trials)),
            Number("Plateau", row => row.Curve.Plateau?.Fit.Intercept),
            Number("PlateauLow", row => row.Curve.Plateau?.Intercept?.Low),
            Number("PlateauHigh", row => row.Curve.Plateau?.Intercept?.High));
    }
}
