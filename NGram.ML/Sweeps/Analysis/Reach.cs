namespace NGram.ML.Sweeps.Analysis;

/// <summary>The smallest value of an axis, among those tried, at which a curve reaches nearly full accuracy.</summary>
/// <param name="At">The value; null: none of those tried reaches it.</param>
/// <param name="Last">The largest value that was tried.</param>
internal sealed record Reach(double? At, double Last)
{
    /// <summary>Of points in the order of the axis.</summary>
    public static Reach Of(IReadOnlyList<(double X, double Y)> points) => new(
        points.Where(point => point.Y >= Threshold.Accuracy).Select(point => (double?)point.X).FirstOrDefault(),
        points[^1].X);
}
