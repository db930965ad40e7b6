using Microsoft.Data.Analysis;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// The accuracy over two numeric axes, with the contours of the highest bound: a map for each combination of the other axes.
/// </summary>
internal static class PhaseFigure
{
    // With fewer values it shows nothing that curves do not.
    private const int FewestValues = 3;

    /// <summary>The maps of a sweep without parts; none unless it has two axes of at least three numbers.</summary>
    public static IEnumerable<SweepFigure> Of(Sweep leaf, IReadOnlyList<PointResult> points)
    {
        var own = points.Where(point => ReferenceEquals(point.Point.Sweep, leaf) && point.Accuracy.Mean is not null).ToList();
        double? At(PointResult point, string name) => SettingsText.Number(point.Point.Get(name));
        var axes = leaf.Axes.Select(axis => axis.Setting)
            .Where(name => own.All(point => At(point, name) is not null)
                && own.Select(point => At(point, name)).Distinct().Count() >= FewestValues)
            .OrderBy(name => name.Equals(leaf.Fit?.X, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (axes.Count < 2)
            return [];
        var (y, x) = (axes[^2], axes[^1]);
        string[] others = [.. leaf.Axes.Select(axis => axis.Setting).Where(name => name != x && name != y)];
        var maps = own
            .GroupBy(point => point.Point.Named(others))
            .Index()
            .ToList();
        return maps.Select(map => Create(
            leaf,
            maps.Count == 1 ? "-phase" : FormattableString.Invariant($"-phase-{map.Index + 1}"),
            map.Item.Key,
            [.. map.Item.Select(point => (At(point, x)!.Value, At(point, y)!.Value, point))],
            (x, y)));
    }

    private static SweepFigure Create(
        Sweep leaf, string end, string series, (double X, double Y, PointResult Result)[] fields, (string X, string Y) axes)
    {
        string title = SweepFigures.TitleOf(leaf) + (series.Length > 0 ? $" ({series})" : "");
        var bound = BoundCurve.Highest([.. fields.Select(field => field.Result)]);
        var levels = fields.Select(field => bound is null ? null : BoundCurve.Value(field.Result, bound.Name)).ToList();
        var map = new SvgHeatMap(
            title,
            SweepFigures.Words(axes.X),
            SweepFigures.Words(axes.Y),
            "accuracy",
            [.. fields.Select((field, i) => Field(field.X, field.Y, field.Result) with { Level = levels[i] })],
            bound is null ? null : BoundCurve.TitleOf(bound));
        HeatField Field(double x, double y, PointResult result) => new(x, y, result.Accuracy.Mean!.Value, SweepFigures.Hover(
            result,
            FormattableString.Invariant($"{series} {axes.Y}={y} {axes.X}={x}").Trim()));
        return new(leaf.Name + end, map.ToString(), new DataFrame(
        [
            new DoubleDataFrameColumn(axes.Y, fields.Select(field => field.Y)),
            new DoubleDataFrameColumn(axes.X, fields.Select(field => field.X)),
            .. CurveFigure.AccuracyColumns([.. fields.Select(field => field.Result)]),
            .. bound is null ? [] : new DataFrameColumn[] { new DoubleDataFrameColumn(bound.Name, levels) },
        ]));
    }
}
