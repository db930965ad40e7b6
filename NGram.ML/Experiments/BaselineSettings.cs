using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>
/// Training of the baseline, a sequence encoder of the model's embedding dimension, which the notebook calls the optimal one; the
/// defaults are the notebook's.
/// </summary>
public sealed record BaselineSettings
{
    /// <summary>Rows of a batch.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>Batches of an epoch.</summary>
    public int Batches { get; init; } = 1000;

    /// <summary>Passes over its own sample.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>Adam's learning rate, constant.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Rows of its sample.</summary>
    internal int Rows => ExperimentSettings.RowsOf(Batches, BatchSize);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        TrainingOptions(seed: 0, TrainingEngine.Auto).Validate();
        _ = Rows; // checks them
    }

    /// <summary>The same as the training's options.</summary>
    public TrainingOptions TrainingOptions(int seed, TrainingEngine engine) => new()
    {
        BatchSize = BatchSize,
        Epochs = Epochs,
        LearningRate = LearningRate,
        Seed = seed,
        Engine = engine,
    };
}
