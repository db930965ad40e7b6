using Microsoft.Data.Analysis;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>Accuracy against an axis: an experiment's figure, with the points as a table.</summary>
/// <param name="Name">Its file's name without the extension.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Data">Series, X, Accuracy, Low, High, Trials, Fit.</param>
internal sealed record SweepFigure(string Name, string Svg, DataFrame Data)
{
    private const int LineSteps = 60;

    /// <summary>The figure of a sweep without parts; null where nothing is there to draw.</summary>
    public static SweepFigure? Of(Sweep leaf, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits)
    {
        var curves = SweepCurve.Of(leaf, points);
        if (curves.Count == 0)
            return null;
        string title = leaf.Title.Length > 0 ? leaf.Title : leaf.Name;
        var chart = new SvgChart(title, curves[0].X, "accuracy");
        foreach (var curve in curves)
        {
            chart.Add(
                curve.Series,
                [.. curve.Points.Select(point => new ChartPoint(
                    point.X,
                    point.Result.Accuracy.Mean!.Value,
                    point.Result.Accuracy.Low,
                    point.Result.Accuracy.High,
                    Hover(curve, point.X, point.Result)))],
                [.. Drawn(curve, fits).SelectMany(Line)]);
        }
        return new(leaf.Name, chart.ToString(), Table(curves, fits));
    }

    /// <summary>The fits of the paper's form, or straight lines from point to point where nothing is fitted.</summary>
    private static IEnumerable<FitRow> Drawn(SweepCurve curve, IReadOnlyList<FitRow> fits) => fits.Where(fit =>
        fit.Sweep == curve.Sweep.Name && fit.Series == curve.Series && fit is { Y: "Accuracy", IsPaper: true });

    private static IEnumerable<(double, double)> Line(FitRow fit) => Enumerable.Range(0, LineSteps + 1)
        .Select(i => fit.From + (fit.To - fit.From) * i / LineSteps)
        .Select(x => (x, fit.Fit.At(x)))
        .Where(point => point.Item2 is >= 0 and <= 1);

    private static string Hover(SweepCurve curve, double x, PointResult point) => FormattableString.Invariant(
        $"{curve.Sweep.Name} {curve.Series} {curve.X}={x}: accuracy {point.Accuracy.Mean:0.0000}")
        + (point.Accuracy.Sd is { } sd ? FormattableString.Invariant($" (sd {sd:0.0000})") : "")
        + FormattableString.Invariant($", {point.Done.Count} trials");

    private static DataFrame Table(IReadOnlyList<SweepCurve> curves, IReadOnlyList<FitRow> fits)
    {
        var rows = curves.SelectMany(curve => curve.Points.Select(point => (Curve: curve, point.X, point.Result))).ToList();
        DoubleDataFrameColumn Number(string name, Func<(SweepCurve Curve, double X, PointResult Result), double?> value) =>
            new(name, rows.Select(value));
        return new DataFrame(
            new StringDataFrameColumn("Series", rows.Select(row => row.Curve.Series)),
            Number(curves[0].X, row => row.X),
            Number("Accuracy", row => row.Result.Accuracy.Mean),
            Number("AccuracyLow", row => row.Result.Accuracy.Low),
            Number("AccuracyHigh", row => row.Result.Accuracy.High),
            new Int32DataFrameColumn("Trials", rows.Select(row => row.Result.Done.Count)),
            Number("Fit", row => Drawn(row.Curve, fits)
                .Where(fit => row.X >= fit.From && row.X <= fit.To)
                .Select(fit => (double?)fit.Fit.At(row.X))
                .FirstOrDefault()));
    }
}
