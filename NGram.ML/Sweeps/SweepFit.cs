namespace NGram.ML.Sweeps;

/// <summary>
/// The curve that is fitted to a sweep's results: y = slope x^power + intercept, or the plateau at which they end, for each value
/// of the other axes.
/// </summary>
public sealed record SweepFit
{
    /// <summary>
    /// The axis x; or a result, such as DemandedBitsPerParameter, which then stands for the last axis of numbers, by which it
    /// varies.
    /// </summary>
    public required string X { get; init; }

    /// <summary>What is fitted, by its column in results.csv: Accuracy or another result.</summary>
    public string Y { get; init; } = "Accuracy";

    /// <summary>1: linear, 2: quadratic, 3: cubic. The others are fitted beside it and compared.</summary>
    public int Power { get; init; } = 1;

    /// <summary>
    /// Instead of a power, the level that y ends at: the mean of the points whose x is at least this many times the greatest y;
    /// above 1. Null: none.
    /// </summary>
    public double? Plateau { get; init; }

    /// <summary>The points up to and including the first whose accuracy is above this are fitted; null: all.</summary>
    public double? Until { get; init; }

    /// <summary>Two curves, one of the points up to this x and one from it on; null: one.</summary>
    public double? Split { get; init; }

    /// <summary>An axis against which the slopes themselves are fitted, as powers 2 and 3; null: none.</summary>
    public string? SlopesAgainst { get; init; }
}
