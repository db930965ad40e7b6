using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>The parts of an experiment, in order.</summary>
public enum ExperimentStage
{
    /// <summary>Making the distribution and the sample, or reading the data.</summary>
    Sampling,

    /// <summary>Training the model.</summary>
    Training,

    /// <summary>Training the optimal baseline.</summary>
    Baseline,

    /// <summary>Bounds and results.</summary>
    Results,
}

/// <summary>Where an experiment stands.</summary>
/// <param name="Stage">The part that runs.</param>
/// <param name="Training">Progress of a training, null in the other parts.</param>
public sealed record ExperimentProgress(ExperimentStage Stage, TrainingProgress? Training = null);
