using Microsoft.Data.Analysis;
using NGram.ML.Experiments;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// The curves of all parts of a sweep against a common quantity of its choice, such as the parameters, with a shape for each
/// part.
/// </summary>
internal static class TogetherFigure
{
    private const string Parameters = "Parameters";

    /// <summary>The figure; null if there is nothing to draw.</summary>
    public static SweepFigure? Of(Sweep sweep, IReadOnlyList<PointResult> points)
    {
        string against = sweep.Against!;
        var parts = sweep.Leaves.Index().ToList();
        var found = parts.SelectMany(part => SweepCurve.Of(part.Item, points).Select(curve => (Part: part.Index, Curve: curve)))
            .ToList();
        var curves = found
            .Select(one => (one.Part, one.Curve.Series, Rows: one.Curve.Points
                .Select(point => (X: X(point.Result, against), point.Result))
                .OrderBy(point => point.X)
                .ToList()))
            .ToList();
        if (curves.Count == 0)
            return null;
        var series = curves.Select(curve => curve.Series).Distinct().ToList();
        var chart = new SvgChart(SweepFigures.TitleOf(sweep), SweepFigures.Words(against), "accuracy")
        {
            MayBeLogarithmic = true,
        };
        var bounds = Bounds(found.Select(one => one.Curve), against);
        foreach (var (part, name, rows) in curves)
        {
            // A line through what was built would hide the theorem's.
            bool isBuilt = bounds.Count > 0 && rows[0].Result.Done[0].Method == ExperimentSummary.Constructed;
            string words = SweepFigures.Words(name);
            var leaf = parts[part].Item;
            // The title of a part that has a figure of its own is that figure's.
            string of = SweepFigures.IsCurve(leaf, against) ? SweepFigures.NameOf(leaf, sweep) : leaf.Name;
            string own = parts.Count > 1 ? $"{of} {words}".Trim() : words;
            int colour = series is [_] ? part : series.IndexOf(name);
            chart.Add(new(own, colour, [.. rows.Select(row => Point(row.X, row.Result, name, against))])
            {
                Shape = part,
                Line = isBuilt ? [] : [.. rows.Select(row => (row.X, row.Result.Accuracy.Mean!.Value))],
            });
        }
        int after = Math.Max(series.Count, parts.Count);
        foreach (var bound in bounds)
            chart.Add(new(bound.Title, bound.IsChance ? CurveFigure.ChanceColour : after, []) { Dashes = bound.Points });
        var all = curves.SelectMany(curve => curve.Rows.Select(row => (curve.Part, curve.Series, row.X, row.Result))).ToList();
        return new($"{sweep.Name}-{(against == Parameters ? "parameters" : "together")}", chart.ToString(), new DataFrame(
        [
            new StringDataFrameColumn("Sweep", all.Select(row => parts[row.Part].Item.Name)),
            new StringDataFrameColumn("Series", all.Select(row => row.Series)),
            new DoubleDataFrameColumn(against, all.Select(row => row.X)),
            .. CurveFigure.AccuracyColumns([.. all.Select(row => row.Result)]),
        ]));
    }

    /// <summary>
    /// A guess, and the highest of the bounds that depend only on what varies in the figure: those on which no two models at one
    /// place differ.
    /// </summary>
    private static List<BoundCurve> Bounds(IEnumerable<SweepCurve> curves, string against)
    {
        var all = Common(curves, against).ToList();
        var highest = BoundCurve.Highest(all);
        return [.. all.Where(bound => bound.IsChance || bound == highest)];
    }

    private static IEnumerable<BoundCurve> Common(IEnumerable<SweepCurve> curves, string against) => curves
        .Where(curve => curve.X.Equals(against, StringComparison.OrdinalIgnoreCase))
        .SelectMany(BoundCurve.Of)
        .GroupBy(bound => (bound.Name, bound.Title))
        .Select(same => new BoundCurve(
            same.Key.Name,
            same.Key.Title,
            [.. same.SelectMany(bound => bound.Points).Distinct().OrderBy(point => point.X)]))
        .Where(bound => bound.Points.DistinctBy(point => point.X).Count() == bound.Points.Count);

    private static ChartPoint Point(double x, PointResult result, string series, string against) => new(
        x,
        result.Accuracy.Mean!.Value,
        result.Accuracy.Low,
        result.Accuracy.High,
        SweepFigures.Hover(result, FormattableString.Invariant($"{series} {against}={x}").Trim()));

    private static double X(PointResult result, string against) => against.Equals(Parameters, StringComparison.OrdinalIgnoreCase)
        ? result.Done[0].Parameters
        : result.Point.Number(against);
}
