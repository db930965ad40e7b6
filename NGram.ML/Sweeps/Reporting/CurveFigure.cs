using Microsoft.Data.Analysis;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>Accuracy against an axis: points with error bars, the paper's fits, and the bounds whose conditions hold.</summary>
internal static class CurveFigure
{
    /// <summary>The colour of a random guess.</summary>
    public const int ChanceColour = 10;

    private const int LineSteps = 60;

    /// <summary>The figure of a sweep without parts; null if there is nothing to draw.</summary>
    public static SweepFigure? Of(Sweep leaf, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits)
    {
        var curves = SweepCurve.Of(leaf, points);
        if (curves.Count == 0)
            return null;
        var bounds = curves.Select(BoundCurve.Of).ToList();
        var chart = new SvgChart(SweepFigures.TitleOf(leaf), SweepFigures.Words(curves[0].X), "accuracy")
        {
            MayBeLogarithmic = true,
        };
        if (curves.Count == 1)
            AddEach(chart, bounds[0]);
        else
            AddChance(chart, bounds);
        foreach (var (i, curve) in curves.Index())
        {
            var shown = curve.Points.Select(point => Point(curve, point.X, point.Result));
            chart.Add(new(SweepFigures.Words(curve.Series), i, [.. shown])
            {
                Line = [.. Drawn(curve, fits).SelectMany(Line)],
                Dashes = curves.Count > 1 ? BoundCurve.Highest(bounds[i])?.Points ?? [] : [],
            });
        }
        string[] highest = [.. bounds.Select(BoundCurve.Highest).OfType<BoundCurve>().Select(bound => bound.Title).Distinct()];
        if (curves.Count > 1 && highest.Length > 0)
            chart.Note($"dashed: {string.Join(", ", highest)}");
        return new(leaf.Name, chart.ToString(), Table(curves, fits, bounds));
    }

    /// <summary>With a single curve there is room for every bound.</summary>
    private static void AddEach(SvgChart chart, IReadOnlyList<BoundCurve> bounds)
    {
        foreach (var (i, bound) in bounds.Index())
            chart.Add(new(bound.Title, bound.IsChance ? ChanceColour : i + 1, []) { Dashes = bound.Points });
    }

    /// <summary>A guess is usually the same for all curves.</summary>
    private static void AddChance(SvgChart chart, List<IReadOnlyList<BoundCurve>> bounds)
    {
        var chances = bounds.SelectMany(all => all).Where(bound => bound.IsChance).ToList();
        if (chances.Count > 0 && chances.SelectMany(bound => bound.Points).Select(point => point.Y).Distinct().Count() == 1)
            chart.Add(new(chances[0].Title, ChanceColour, []) { Dashes = chances.MaxBy(bound => bound.Points.Count)!.Points });
    }

    private static ChartPoint Point(SweepCurve curve, double x, PointResult result) => new(
        x,
        result.Accuracy.Mean!.Value,
        result.Accuracy.Low,
        result.Accuracy.High,
        SweepFigures.Hover(result, FormattableString.Invariant($"{curve.Series} {curve.X}={x}").Trim()));

    /// <summary>The fits in the paper's form.</summary>
    private static IEnumerable<FitRow> Drawn(SweepCurve curve, IReadOnlyList<FitRow> fits) => fits.Where(fit =>
        fit.Sweep == curve.Sweep.Name && fit.Series == curve.Series && fit is { Y: "Accuracy", IsPaper: true });

    private static IEnumerable<(double, double)> Line(FitRow fit) => Enumerable.Range(0, LineSteps + 1)
        .Select(i => fit.From + (fit.To - fit.From) * i / LineSteps)
        .Select(x => (x, fit.Fit.At(x)))
        .Where(point => point.Item2 is >= 0 and <= 1);

    private static DataFrame Table(
        IReadOnlyList<SweepCurve> curves, IReadOnlyList<FitRow> fits, List<IReadOnlyList<BoundCurve>> bounds)
    {
        var rows = curves
            .SelectMany((curve, i) => curve.Points.Select(point => (Curve: curve, point.X, point.Result, Bounds: bounds[i])))
            .ToList();
        string[] names = [.. bounds.SelectMany(all => all).Select(bound => bound.Name).Distinct()];
        return new DataFrame(
        [
            new StringDataFrameColumn("Series", rows.Select(row => row.Curve.Series)),
            new DoubleDataFrameColumn(curves[0].X, rows.Select(row => row.X)),
            .. AccuracyColumns([.. rows.Select(row => row.Result)]),
            new DoubleDataFrameColumn("Fit", rows.Select(row => Drawn(row.Curve, fits)
                .Where(fit => row.X >= fit.From && row.X <= fit.To)
                .Select(fit => (double?)fit.Fit.At(row.X))
                .FirstOrDefault())),
            .. names.Select(name => new DoubleDataFrameColumn(
                name,
                rows.Select(row => row.Bounds.FirstOrDefault(bound => bound.Name == name)?.At(row.X)))),
        ]);
    }

    /// <summary>Accuracy with its interval, and the number of trials.</summary>
    public static IEnumerable<DataFrameColumn> AccuracyColumns(IReadOnlyList<PointResult> rows) =>
    [
        new DoubleDataFrameColumn("Accuracy", rows.Select(row => row.Accuracy.Mean)),
        new DoubleDataFrameColumn("AccuracyLow", rows.Select(row => row.Accuracy.Low)),
        new DoubleDataFrameColumn("AccuracyHigh", rows.Select(row => row.Accuracy.High)),
        new Int32DataFrameColumn("Trials", rows.Select(row => row.Done.Count)),
    ];
}
