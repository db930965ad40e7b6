namespace NGram.ML.Sweeps.Analysis;

/// <summary>Where a curve first reaches nearly full accuracy.</summary>
/// <param name="Sweep">The sweep without parts.</param>
/// <param name="Series">The other axes' values, in words.</param>
/// <param name="What">What reaches it: the trials, or a bound by its title.</param>
/// <param name="Axis">The axis.</param>
/// <param name="At">The smallest value of the axis at which it is reached; null: none of those tried reach it.</param>
/// <param name="Last">The largest value of the axis that was tried.</param>
internal sealed record Threshold(string Sweep, string Series, string What, string Axis, double? At, double Last)
{
    /// <summary>The accuracy that counts as full: the paper's curves bend below it, and none of its runs is above 1.</summary>
    public const double Accuracy = 0.99;

    /// <summary>The first point of a curve, in the order of its axis, from which the value is reached.</summary>
    public static Threshold Of(SweepCurve curve, string what, IReadOnlyList<(double X, double Y)> points) => new(
        curve.Sweep.Name,
        curve.Series,
        what,
        curve.X,
        points.Where(point => point.Y >= Accuracy).Select(point => (double?)point.X).FirstOrDefault(),
        points[^1].X);
}
