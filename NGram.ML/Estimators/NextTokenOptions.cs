using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.ML.Training.Snapshots;

namespace NGram.ML.Estimators;

/// <summary>
/// What every next-token trainer can be told: its columns, what is known of the data, how it is trained, and who watches. The
/// defaults learn; none needs to be set.
/// </summary>
public record NextTokenOptions
{
    /// <summary>The learning rate of the first epoch.</summary>
    internal const double DefaultLearningRate = 0.01;

    /// <summary>Rows of a batch.</summary>
    internal const int DefaultBatchSize = 256;

    // About how many batches an unset number of epochs comes to: seconds, and enough to learn a few thousand associations.
    private const int DefaultBatches = 4000, FewestEpochs = 3;

    // The last learning rate is this share of the first, unless it is given.
    private const double FinalShare = 0.05;

    /// <summary>Options with the defaults.</summary>
    public NextTokenOptions()
    {
    }

    /// <summary>The key to predict: the token that follows those of the context.</summary>
    public string LabelColumnName { get; init; } = SequenceColumns.Label;

    /// <summary>The vector of S keys that the model sees.</summary>
    public string ContextColumnName { get; init; } = SequenceColumns.Context;

    /// <summary>The added column of N probabilities.</summary>
    public string ScoreColumnName { get; init; } = PredictionColumns.Score;

    /// <summary>The added column of the most probable token, a key of the label's type.</summary>
    public string PredictedLabelColumnName { get; init; } = PredictionColumns.PredictedLabel;

    /// <summary>
    /// Rows on which loss and accuracy are measured after every epoch; nothing is learned from them. They are read as they are,
    /// without the transforms before the trainer in a pipeline, so they must have its context and label columns. Null: none.
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// The law that the data was drawn from, where it is known: the history then has the divergence instead of the cross
    /// entropy, and the full-distribution objective is possible. Its tokens are the ids 0 to N - 1.
    /// </summary>
    public INGramDistribution? Distribution { get; init; }

    /// <summary>
    /// n: predictions whose context of n - 1 tokens is full are scored. Null: the distribution's order, or without one
    /// S + 1, so that only the label is a target. A distribution's order wins.
    /// </summary>
    public int? Order { get; init; }

    /// <inheritdoc cref="TrainingOptions.LearningRate"/>
    public double LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>
    /// Learning rate of the last epoch, linear in between. Positive; null: a twentieth of <see cref="LearningRate"/>.
    /// </summary>
    public double? FinalLearningRate { get; init; }

    /// <inheritdoc cref="TrainingOptions.BatchSize"/>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>
    /// Passes over the data, each in a new order. At least 1; null: as many as make 4,000 batches, and at least 3.
    /// </summary>
    public int? NumberOfEpochs { get; init; }

    /// <inheritdoc cref="TrainingOptions.Objective"/>
    public TrainingObjective Objective { get; init; } = TrainingObjective.NextToken;

    /// <inheritdoc cref="TrainingOptions.Seed"/>
    public int Seed { get; init; } = 2222;

    /// <inheritdoc cref="TrainingOptions.TargetAccuracy"/>
    public double? TargetAccuracy { get; init; }

    /// <inheritdoc cref="TrainingOptions.Patience"/>
    public int? Patience { get; init; }

    /// <summary>Ends the training after this time; null never does. Positive.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <inheritdoc cref="TrainingOptions.Freeze"/>
    public FrozenTensors Freeze { get; init; } = FrozenTensors.None;

    /// <inheritdoc cref="TrainingOptions.Engine"/>
    public TrainingEngine Engine { get; init; } = TrainingEngine.Auto;

    /// <inheritdoc cref="TrainingOptions.Lanes"/>
    public int? Lanes { get; init; }

    /// <inheritdoc cref="TrainingOptions.Online"/>
    public bool Online { get; init; }

    /// <inheritdoc cref="TrainingOptions.Threads"/>
    public int? Threads { get; init; }

    /// <summary>
    /// Parameters to start from instead of new initial weights: those of a fitted transformer, or of a file. Null: new ones. They
    /// must be of the same architecture and for the same tokens in the same order, as a law's ids are, or the keys of one fitted
    /// MapValueToKey. Adam starts anew.
    /// </summary>
    public StateDict? InitialParameters { get; init; }

    /// <summary>Where the training is saved while it runs, and whether it continues from there; null: nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Who looks at the model while it is trained, such as a trace of what it holds; null: nobody.</summary>
    public SnapshotOptions? Snapshots { get; init; }

    /// <summary>Receives the training's progress, about ten times a second.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Ends the training between two batches; the transformer then holds what was trained until there. While the data is still
    /// being read, <see cref="OperationCanceledException"/> is thrown.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every value that does not depend on the data.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(ContextColumnName);
        ArgumentException.ThrowIfNullOrEmpty(ScoreColumnName);
        ArgumentException.ThrowIfNullOrEmpty(PredictedLabelColumnName);
        Require.That(
            ScoreColumnName != PredictedLabelColumnName,
            nameof(PredictedLabelColumnName),
            PredictedLabelColumnName,
            $"another name than {nameof(ScoreColumnName)}");
        if (NumberOfEpochs is { } epochs)
            Require.AtLeast(epochs, 1, nameof(NumberOfEpochs));
        Snapshots?.Validate();
        Training(batchesPerEpoch: 1).Validate();
    }

    /// <summary>The order for sequences of <paramref name="contextWindow"/> tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 to the context window.</exception>
    internal int OrderFor(int contextWindow)
    {
        int order = Distribution?.Order ?? Order ?? contextWindow;
        Require.That(
            order >= 1 && order <= contextWindow,
            Distribution is null ? nameof(Order) : "The distribution's order",
            order,
            FormattableString.Invariant($"from 1 to {contextWindow}, the tokens of a row with its label"));
        return order;
    }

    /// <summary>How the loop trains on data of so many batches.</summary>
    internal TrainingOptions Training(int batchesPerEpoch) => new()
    {
        LearningRate = LearningRate,
        FinalLearningRate = FinalLearningRate ?? LearningRate * FinalShare,
        BatchSize = BatchSize,
        Epochs = NumberOfEpochs ?? Math.Max(FewestEpochs, (DefaultBatches - 1) / batchesPerEpoch + 1),
        Objective = Objective,
        Seed = Seed,
        TargetAccuracy = TargetAccuracy,
        Patience = Patience,
        TimeLimit = TimeLimit,
        Freeze = Freeze,
        Engine = Engine,
        Lanes = Lanes,
        Online = Online,
        Threads = Threads,
    };

    /// <summary>These options with every setting of a training.</summary>
    internal NextTokenOptions With(TrainingOptions training) => this with
    {
        LearningRate = training.LearningRate,
        FinalLearningRate = training.FinalLearningRate ?? training.LearningRate,
        BatchSize = training.BatchSize,
        NumberOfEpochs = training.Epochs,
        Objective = training.Objective,
        Seed = training.Seed,
        TargetAccuracy = training.TargetAccuracy,
        Patience = training.Patience,
        TimeLimit = training.TimeLimit,
        Freeze = training.Freeze,
        Engine = training.Engine,
        Lanes = training.Lanes,
        Online = training.Online,
        Threads = training.Threads,
    };
}
