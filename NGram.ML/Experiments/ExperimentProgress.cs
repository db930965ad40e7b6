using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>How far an experiment has got.</summary>
/// <param name="Stage">The part that runs.</param>
/// <param name="Training">Progress of a training, null in the other parts.</param>
public sealed record ExperimentProgress(ExperimentStage Stage, TrainingProgress? Training = null)
{
    /// <summary>The share of the data's files that is read, from 0 to 1; null if none are read.</summary>
    public double? Reading { get; init; }
}
