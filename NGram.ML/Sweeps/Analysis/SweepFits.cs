using MathNet.Numerics.Statistics;
using Microsoft.Data.Analysis;
using NGram.Data.Randomness;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>
/// The curves of every sweep that asks for a fit: as powers 1, 2 and 3 of x, with bootstrap intervals over the repetitions,
/// compared by AICc; or as plateaus, whose row has the power 0.
/// </summary>
internal static class SweepFits
{
    private const int Resamples = 1000;
    private const double LowTail = 0.025, HighTail = 0.975;
    private static readonly int[] Powers = [1, 2, 3];

    private delegate IReadOnlyList<(double X, double Y)> Draw(ref CounterRandom random);

    /// <summary>The fits of a sweep and of its parts.</summary>
    public static IReadOnlyList<FitRow> Of(Sweep sweep, IReadOnlyList<PointResult> points) =>
        [.. sweep.Leaves.Where(leaf => leaf.Fit is not null).SelectMany(leaf => OfLeaf(leaf, points))];

    /// <summary>The fits as rows of fits.csv.</summary>
    public static DataFrame ToDataFrame(IReadOnlyList<FitRow> rows)
    {
        StringDataFrameColumn Text(string name, Func<FitRow, string> value) => new(name, rows.Select(value));
        DoubleDataFrameColumn Number(string name, Func<FitRow, double?> value) => new(name, rows.Select(value));
        return new DataFrame(
            Text("Sweep", row => row.Sweep),
            Text("Series", row => row.Series),
            Text("Y", row => row.Y),
            Text("X", row => row.X),
            new Int32DataFrameColumn("Power", rows.Select(row => row.Fit.Power)),
            Number("From", row => row.From),
            Number("To", row => row.To),
            new Int32DataFrameColumn("Points", rows.Select(row => row.Points)),
            Number("Slope", row => row.Fit.Power > 0 ? row.Fit.Slope : null),
            Number("SlopeLow", row => row.Slope?.Low),
            Number("SlopeHigh", row => row.Slope?.High),
            Number("Intercept", row => row.Fit.Intercept),
            Number("InterceptLow", row => row.Intercept?.Low),
            Number("InterceptHigh", row => row.Intercept?.High),
            Number("R2", row => double.IsFinite(row.Fit.R2) ? row.Fit.R2 : null),
            Number("Aicc", row => row.Fit.Aicc),
            Text("Paper", row => row.IsPaper ? "true" : "false"),
            Text("Best", row => row.IsBest ? "true" : "false"));
    }

    private static IEnumerable<FitRow> OfLeaf(Sweep leaf, IReadOnlyList<PointResult> points)
    {
        var fit = leaf.Fit!;
        var curves = SweepCurve.Of(leaf, points);
        if (fit.Plateau is { } excess)
        {
            foreach (var plateau in curves.Select(curve => PlateauFit.Of(curve, excess)).OfType<FitRow>())
                yield return plateau;
            yield break;
        }
        var segments = fit.Split is { } split
            ? curves.SelectMany(curve => new[] { curve.Between(double.MinValue, split), curve.Between(split, double.MaxValue) })
            : curves.Select(curve => curve.Fitted());
        var parts = segments.Where(curve => curve.Points.Count > 0).ToList();
        foreach (var curve in parts)
        {
            bool repeats = curve.Points.Any(point => point.Result.Done.Count > 1);
            var rows = Fits(leaf.Name, curve.Series, curve.Y.Name, curve.X, curve.Means(), curve.Resampled, repeats, [fit.Power]);
            foreach (var row in rows)
                yield return row;
        }
        if (fit.SlopesAgainst is not { } axis)
            yield break;
        var lines = parts.Where(curve => curve.Others.ContainsKey(axis) && CurveFit.Of(1, curve.Means()) is not null).ToList();
        IReadOnlyList<(double X, double Y)> Slopes(ref CounterRandom random)
        {
            List<(double, double)> slopes = [];
            foreach (var line in lines)
                slopes.Add((line.Others[axis], CurveFit.Of(1, line.Resampled(ref random))!.Slope));
            return slopes;
        }
        var means = lines.Select(line => (line.Others[axis], CurveFit.Of(1, line.Means())!.Slope)).ToList();
        bool repeated = lines.Exists(line => line.Points.Any(point => point.Result.Done.Count > 1));
        foreach (var row in Fits(leaf.Name, "", "Slope", axis, means, Slopes, repeated, [2, 3]))
            yield return row;
    }

    private static IEnumerable<FitRow> Fits(
        string sweep,
        string series,
        string y,
        string x,
        IReadOnlyList<(double X, double Y)> points,
        Draw draw,
        bool repeats,
        int[] paper)
    {
        var fits = Powers.Select(power => CurveFit.Of(power, points)).OfType<CurveFit>().ToList();
        int? best = fits.Where(fit => fit.Aicc is not null).MinBy(fit => fit.Aicc)?.Power;
        foreach (var fit in fits)
        {
            var intervals = repeats ? Bootstrap(fit.Power, draw) : null;
            yield return new(
                sweep, series, y, x, points.Min(point => point.X), points.Max(point => point.X), points.Count, fit,
                intervals?.Slope, intervals?.Intercept, paper.Contains(fit.Power), best == fit.Power);
        }
    }

    /// <summary>Percentile intervals, with the same random numbers every time.</summary>
    private static ((double, double) Slope, (double, double) Intercept)? Bootstrap(int power, Draw draw)
    {
        var random = new CounterRandom(CounterRandom.Key(power, Resamples));
        double[] slopes = new double[Resamples], intercepts = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            var fit = CurveFit.Of(power, draw(ref random))!;
            (slopes[i], intercepts[i]) = (fit.Slope, fit.Intercept);
        }
        return (Interval(slopes), Interval(intercepts));
    }

    private static (double, double) Interval(double[] values) => (values.Quantile(LowTail), values.Quantile(HighTail));
}
