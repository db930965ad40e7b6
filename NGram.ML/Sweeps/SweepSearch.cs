namespace NGram.ML.Sweeps;

/// <summary>
/// Bisection over a numeric axis, instead of all its values, for the smallest or largest value whose trial reaches a target. Each
/// point of the other axes and each repetition is searched separately. If the best value of another axis counts
/// (<see cref="Sweep.Best"/>), its values are tried in turn until one reaches the target. The search assumes that all values on
/// one side of the result reach it.
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

    /// <summary>Whether to search for the largest such value, as for prompts, rather than the smallest, as for heads.</summary>
    public bool Largest { get; init; }
}
