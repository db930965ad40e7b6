namespace NGram.ML.Experiments;

/// <summary>The parts of an experiment, in order.</summary>
public enum ExperimentStage
{
    /// <summary>Making the distribution and the sample, or reading the data.</summary>
    Sampling,

    /// <summary>Training the model.</summary>
    Training,

    /// <summary>Training the baseline.</summary>
    Baseline,

    /// <summary>Bounds and results.</summary>
    Results,
}
