using NGram.ML.Bounds;
using NGram.ML.Sweeps.Analysis;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A bound on the accuracy along a curve, where its conditions hold.</summary>
/// <param name="Name">As summaries have it.</param>
/// <param name="Title">As legends have it.</param>
/// <param name="Points">Its values at the curve's points.</param>
internal sealed record BoundCurve(string Name, string Title, IReadOnlyList<(double X, double Y)> Points)
{
    // Only the titles and kinds are read of it.
    private static readonly BoundSet Known = new(
        new BoundSetting { VocabularySize = 2, PromptLength = 1, EmbeddingDimension = 1, Heads = 1, HeadDimension = 1 });

    /// <summary>Whether it is that of a random guess, which is below every other.</summary>
    public bool IsChance => Name == ChanceAccuracy.Name;

    /// <summary>The bounds that hold somewhere on a curve, as its trials found them.</summary>
    public static IReadOnlyList<BoundCurve> Of(SweepCurve curve) =>
    [
        .. Known.Where(bound => bound.Kind == BoundKind.Accuracy)
            .Select(bound => new BoundCurve(bound.Name, bound.Title, Values(curve, bound.Name)))
            .Where(bound => bound.Points.Count > 0),
    ];

    /// <summary>The bound's value at an x; null where it does not hold.</summary>
    public double? At(double x) => Points.Where(point => point.X == x).Select(point => (double?)point.Y).FirstOrDefault();

    private static (double X, double Y)[] Values(SweepCurve curve, string name) =>
    [
        .. curve.Points
            .Select(point => (point.X, Summary: point.Result.Done[0]))
            .Where(point => point.Summary.BoundsHold.GetValueOrDefault(name) == true && point.Summary.Bounds.ContainsKey(name))
            .Select(point => (point.X, point.Summary.Bounds[name])),
    ];
}
