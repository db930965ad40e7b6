namespace NGram.ML.Sweeps;

/// <summary>
/// An axis whose best value counts, such as Training.LearningRate: for each point and repetition, tables of points, fits and
/// figures take the trial that did best; results.csv keeps all.
/// </summary>
public sealed record SweepBest
{
    /// <summary>The axis.</summary>
    public required string Axis { get; init; }

    /// <summary>
    /// What is compared: Accuracy, ExactAccuracy, Facts, Bits or BitsPerParameter, where most is best, or Divergence or
    /// ExactDivergence, where least is.
    /// </summary>
    public string By { get; init; } = "Accuracy";
}
