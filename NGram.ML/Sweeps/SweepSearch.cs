namespace NGram.ML.Sweeps;

/// <summary>
/// Bisection over an axis of numbers instead of all its values: the smallest, or the largest, whose trial reaches a target. Each
/// point of the other axes and each repetition is searched by itself. Where the best value of another axis counts
/// (<see cref="Sweep.Best"/>), its values are tried in turn until one reaches the target. What is taken for granted is that all
/// values on one side of the result reach it.
/// </summary>
public sealed record SweepSearch
{
    /// <summary>The axis, such as Heads or Prompts; its values ascend.</summary>
    public required string Axis { get; init; }

    /// <summary>
    /// The result with a target, by its column in results.csv: more reaches it, or less where the result is a divergence.
    /// </summary>
    public string By { get; init; } = "ExactAccuracy";

    /// <summary>What it must reach.</summary>
    public double Target { get; init; } = 0.99;

    /// <summary>Whether the largest such value is searched for, as of prompts, and not the smallest, as of heads.</summary>
    public bool Largest { get; init; }
}
