using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>
/// The level at which a curve that first rises with demand ends: the mean y of the points beyond it, computed for each repetition
/// separately, with Student's 95% interval over the repetitions.
/// </summary>
internal static class PlateauFit
{
    /// <summary>The plateau as a polynomial of degree 0; null if no repetition has all the points beyond it.</summary>
    /// <param name="curve">The curve, with x and y in the same unit.</param>
    /// <param name="excess">A point is beyond the plateau if its x is at least this many times the greatest mean y.</param>
    public static FitRow? Of(SweepCurve curve, double excess)
    {
        double greatest = curve.Means().Select(mean => mean.Y).DefaultIfEmpty(double.NaN).Max();
        var beyond = curve.Points.Where(point => point.X >= excess * greatest).ToList();
        if (beyond.Count == 0)
            return null;
        var repetitions = beyond
            .Select(point => point.Result.Repetitions.AsEnumerable())
            .Aggregate((before, own) => before.Intersect(own))
            .ToList();
        double? Level(int repetition) => beyond.Average(point => point.Result.Of(curve.Y, repetition));
        var level = SampleStatistics.Of(repetitions.Select(Level));
        return level.Mean is not { } mean ? null : new FitRow(
            curve.Sweep.Name,
            curve.Series,
            curve.Y.Name,
            curve.X,
            beyond[0].X,
            beyond[^1].X,
            beyond.Count,
            new CurveFit(0, 0, mean, double.NaN, null),
            Slope: null,
            level is { Low: { } low, High: { } high } ? (low, high) : null,
            IsPaper: true,
            IsBest: false);
    }
}
