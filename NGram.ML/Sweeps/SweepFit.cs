namespace NGram.ML.Sweeps;

/// <summary>
/// The curve that is fitted to a sweep's accuracies: accuracy = slope x^power + intercept, for each value of the other axes.
/// </summary>
public sealed record SweepFit
{
    /// <summary>The axis x.</summary>
    public required string X { get; init; }

    /// <summary>1: linear, 2: quadratic, 3: cubic. The others are fitted beside it and compared.</summary>
    public int Power { get; init; } = 1;

    /// <summary>The points up to and including the first whose accuracy is above this are fitted; null: all.</summary>
    public double? Until { get; init; }

    /// <summary>Two curves, one of the points up to this x and one from it on; null: one.</summary>
    public double? Split { get; init; }

    /// <summary>An axis against which the slopes themselves are fitted, as powers 2 and 3; null: none.</summary>
    public string? SlopesAgainst { get; init; }
}
