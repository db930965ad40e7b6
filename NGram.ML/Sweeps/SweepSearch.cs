namespace NGram.ML.Sweeps;

/// <summary>
/// Bisection over a numeric axis, instead of all its values, for the smallest or largest value whose trial reaches a target. Each
/// point of the other axes and each repetition is searched separately. A value misses the target only if every attempt does: all
/// values of the axis of which the best counts (<see cref="Sweep.Best"/>), and these again with other initial weights, until one
/// trial reaches it. The search assumes that all values on one side of the result reach it.
/// </summary>
public sealed record SweepSearch
{
    /// <summary>The axis, such as Heads or Prompts; its values are in ascending order.</summary>
    public required string Axis { get; init; }

    /// <summary>
    /// The result that has a target, by its column in results.csv: a trial reaches it from above, or from below if the result is
    /// a divergence.
    /// </summary>
    public string By { get; init; } = "ExactAccuracy";

    /// <summary>The target.</summary>
    public double Target { get; init; } = 0.99;

    /// <summary>
    /// Initial weights to try, each with every value of which the best counts, before a value has missed. At least 1.
    /// </summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Whether to search for the largest such value, as for prompts, rather than the smallest, as for heads.</summary>
    public bool Largest { get; init; }
}
