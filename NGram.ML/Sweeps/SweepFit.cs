namespace NGram.ML.Sweeps;

/// <summary>
/// The curve that is fitted to a sweep's results: y = slope x^power + intercept, or the plateau at which they end, for each value
/// of the other axes.
/// </summary>
public sealed record SweepFit
{
    /// <summary>
    /// The axis x; or a result, such as DemandedBitsPerParameter, which then replaces the last numeric axis, with which it
    /// varies.
    /// </summary>
    public required string X { get; init; }

    /// <summary>What is fitted, by its column in results.csv: Accuracy or another result.</summary>
    public string Y { get; init; } = "Accuracy";

    /// <summary>1: linear, 2: quadratic, 3: cubic. The others are fitted beside it and compared.</summary>
    public int Power { get; init; } = 1;

    /// <summary>
    /// Instead of a power, the level at which y ends: the mean of the points whose x is at least this many times the greatest y;
    /// above 1. Null: no plateau.
    /// </summary>
    public double? Plateau { get; init; }

    /// <summary>Only the points up to and including the first whose accuracy is above this are fitted; null: all.</summary>
    public double? Until { get; init; }

    /// <summary>Fits two curves, one to the points up to this x and one from it on; null: a single curve.</summary>
    public double? Split { get; init; }

    /// <summary>An axis against which the slopes themselves are fitted, as powers 2 and 3, or null.</summary>
    public string? SlopesAgainst { get; init; }
}
