namespace NGram.ML.Sweeps;

/// <summary>
/// An axis of which the best value counts, such as Training.LearningRate: tables of points, fits and figures take for each point
/// and repetition the trial that did best; results.csv keeps all.
/// </summary>
public sealed record SweepBest
{
    /// <summary>The axis.</summary>
    public required string Axis { get; init; }

    /// <summary>
    /// What is compared: Accuracy, ExactAccuracy, Facts, Bits or BitsPerParameter, of which most is best, or Divergence or
    /// ExactDivergence, of which least is.
    /// </summary>
    public string By { get; init; } = "Accuracy";
}
