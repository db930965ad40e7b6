using NGram.Data.Checks;
using NGram.ML.Engines;
using NGram.ML.Models;

namespace NGram.ML.Training;

/// <summary>How a model is trained; the defaults are the notebook's.</summary>
public sealed record TrainingOptions
{
    private const int MostThreads = 1024;

    /// <summary>Adam's learning rate in the first epoch. Positive.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate of the last epoch, linear in between; null keeps it constant. Positive.</summary>
    public double? FinalLearningRate { get; init; }

    /// <summary>Rows of a batch; the last of an epoch may be smaller. At least 1.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Passes over the data, each in a new order. At least 1.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>
    /// Next token or full distribution of a sample, or exact: all prompts of the law, in batches, each with its probability.
    /// </summary>
    public TrainingObjective Objective { get; init; } = TrainingObjective.NextToken;

    /// <summary>Seed of the initial weights and of the order of the rows; the MLContext's own seed is not read.</summary>
    public int Seed { get; init; } = 2222;

    /// <summary>
    /// Ends the training after an epoch whose last 100 batches reach this accuracy; null never does. From 0 to 1.
    /// </summary>
    public double? TargetAccuracy { get; init; }

    /// <summary>
    /// Ends the training after this many epochs in a row without a smaller loss (mean of an epoch's last 100 batches); null never
    /// does.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Ends the training after this time, baselines of an experiment too (each has as much); null never does. Positive.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Tensors of a transformer that stay at their initial values.</summary>
    public FrozenTensors Freeze { get; init; } = FrozenTensors.None;

    /// <summary>Which implementation of the training step runs.</summary>
    public TrainingEngine Engine { get; init; } = TrainingEngine.Auto;

    /// <summary>
    /// Floats of a vector of the fused engine: 4, 8 or 16; null chooses what is fastest for the model on this processor. The same
    /// width gives the same bits.
    /// </summary>
    public int? Lanes { get; init; }

    /// <summary>
    /// Draws fresh rows every epoch instead of training on a fixed sample; needs data from <c>ml.NGrams.Sample</c>.
    /// </summary>
    public bool Online { get; init; }

    /// <summary>
    /// Threads of a training step, from 1 to 1024. Null, with the fused engine: one for small models, for larger ones as many as
    /// their arithmetic keeps busy on the cores, while that is faster; one in a sweep of several trials at a time. The fused
    /// engine computes the same bits by any number. For libtorch it is a setting of the whole process, and null is 1.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.That(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "a positive number");
        Require.That(
            FinalLearningRate is null or (> 0 and < double.PositiveInfinity),
            nameof(FinalLearningRate),
            FinalLearningRate,
            "a positive number");
        Require.AtLeast(BatchSize, 1, nameof(BatchSize));
        Require.AtLeast(Epochs, 1, nameof(Epochs));
        if (TargetAccuracy is { } accuracy)
            Require.InRange(accuracy, 0.0, 1.0, nameof(TargetAccuracy));
        if (Patience is { } patience)
            Require.AtLeast(patience, 1, nameof(Patience));
        Require.That(TimeLimit is null || TimeLimit > TimeSpan.Zero, nameof(TimeLimit), TimeLimit, "a positive time");
        Require.InRange(Threads ?? 1, 1, MostThreads, nameof(Threads));
        Require.That(Lanes is null or 4 or 8 or 16, nameof(Lanes), Lanes, "4, 8 or 16, or null to choose");
        Require.That(
            (Freeze & ~(FrozenTensors.Embeddings | FrozenTensors.Unembedding | FrozenTensors.QueryKey)) == 0,
            nameof(Freeze),
            Freeze,
            "None, or Embeddings, Unembedding, QueryKey or several of them");
        Require.Named(Objective, nameof(Objective));
        Require.Named(Engine, nameof(Engine));
        Require.That(
            !Online || Objective != TrainingObjective.Exact,
            nameof(Online),
            Online,
            $"false for the {{1}} {TrainingObjective.Exact}, which draws nothing",
            nameof(Objective));
    }

    /// <summary>Learning rate of an epoch, counted from 0: linear from the first epoch's to the last one's.</summary>
    public double LearningRateOf(int epoch) => Epochs == 1
        ? LearningRate
        : LearningRate + ((FinalLearningRate ?? LearningRate) - LearningRate) * epoch / (Epochs - 1);
}
