using NGram.ML.Bounds;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A bound on the accuracy along a curve, where its conditions hold.</summary>
/// <param name="Name">Its name in summaries.</param>
/// <param name="Title">Its title in legends.</param>
/// <param name="Points">Its values at the curve's points.</param>
internal sealed record BoundCurve(string Name, string Title, IReadOnlyList<(double X, double Y)> Points)
{
    // Used only for titles and kinds.
    private static readonly BoundSet Known = new(
        new BoundSetting { VocabularySize = 2, PromptLength = 1, EmbeddingDimension = 1, Heads = 1, HeadDimension = 1 });

    private static IEnumerable<Bound> Accuracies => Known.Where(bound => bound.Kind == BoundKind.Accuracy);

    /// <summary>Whether it is that of a random guess, which is below all others.</summary>
    public bool IsChance => Name == ChanceAccuracy.Name;

    /// <summary>The bounds that hold somewhere on a curve, from its trials' summaries.</summary>
    public static IReadOnlyList<BoundCurve> Of(SweepCurve curve) =>
    [
        .. Accuracies
            .Select(bound => new BoundCurve(bound.Name, TitleOf(bound), Values(curve, bound.Name)))
            .Where(bound => bound.Points.Count > 0),
    ];

    /// <summary>A bound's title on a sweep's page, which is not only the paper's: whose it is, not that it is "ours".</summary>
    public static string TitleOf(Bound bound) => bound.Name switch
    {
        SeedLowerBound.Name => "The notebook's bound, H d_h",
        Corollary2.Name => "Corollary 2, H min(d_h, d) + d",
        _ => bound.Title,
    };

    /// <summary>The highest of some bounds, other than a guess; null if there is none.</summary>
    public static BoundCurve? Highest(IEnumerable<BoundCurve> bounds) =>
        bounds.Where(bound => !bound.IsChance).MaxBy(bound => bound.Points.Sum(point => point.Y));

    /// <summary>The highest bound over some points, other than a guess; null if none holds.</summary>
    public static Bound? Highest(IReadOnlyCollection<PointResult> points) => Accuracies
        .Where(bound => bound.Name != ChanceAccuracy.Name && points.Any(point => Value(point, bound.Name) is not null))
        .MaxBy(bound => points.Sum(point => Value(point, bound.Name)));

    /// <summary>A bound's value at a point; null if it does not hold there.</summary>
    public static double? Value(PointResult point, string name) =>
        point.Done[0].BoundsHold.GetValueOrDefault(name) == true && point.Done[0].Bounds.TryGetValue(name, out double value)
            ? value
            : null;

    /// <summary>The bound's value at an x; null if it does not hold there.</summary>
    public double? At(double x) => Points.Where(point => point.X == x).Select(point => (double?)point.Y).FirstOrDefault();

    private static (double X, double Y)[] Values(SweepCurve curve, string name) =>
    [
        .. curve.Points
            .Select(point => (point.X, Y: Value(point.Result, name)))
            .Where(point => point.Y is not null)
            .Select(point => (point.X, point.Y!.Value)),
    ];
}
