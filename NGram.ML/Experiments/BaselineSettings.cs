using NGram.Data.Checks;
using NGram.ML.Optimum;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>
/// The baseline, a sequence encoder of the model's embedding dimension, which the notebook calls the optimal one: trained, with
/// the notebook's defaults, or the best one.
/// </summary>
public sealed record BaselineSettings
{
    /// <summary>Trained on a sample, as in the notebook, or exact, in which case the sizes of a training are ignored.</summary>
    public BaselineKind Kind { get; init; }

    /// <summary>Searches for the exact one, from different starts; null: from 4 to 32 by the law's size.</summary>
    public int? Restarts { get; init; }

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
        Require.Named(Kind, nameof(Kind));
        new OptimumOptions { Restarts = Restarts }.Validate();
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
