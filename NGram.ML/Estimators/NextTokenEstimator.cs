using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Views;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>
/// Trains a next-token model on any IDataView with a vector of keys and a key, and gives an ML.NET transformer. Fitting
/// changes neither the estimator nor the data; every fit starts from its own initial weights.
/// </summary>
public abstract class NextTokenEstimator : IEstimator<NextTokenTransformer>
{
    private readonly MLContext context;

    /// <summary>Keeps what every next-token estimator needs.</summary>
    private protected NextTokenEstimator(MLContext context, TrainingOptions? training, FitOptions? fit)
    {
        this.context = context;
        Training = training ?? new TrainingOptions();
        Training.Validate();
        FitOptions = fit ?? new FitOptions();
    }

    /// <summary>How the model is trained.</summary>
    public TrainingOptions Training { get; }

    /// <summary>What the data is and who watches the training.</summary>
    public FitOptions FitOptions { get; }

    /// <summary>The architecture for the data's vocabulary, context window and order.</summary>
    private protected abstract Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order);

    /// <summary>Trains on the rows of <paramref name="input"/>; rows with a missing key are skipped and counted in the log.</summary>
    /// <exception cref="ArgumentException">The columns are missing, of a wrong type, or do not fit together or the distribution.</exception>
    public NextTokenTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = ((IHostEnvironment)context).Start("NGram");
        var law = FitOptions.Distribution;
        var vocabulary = Vocabulary.Create(input.Schema, FitOptions.ContextColumn, FitOptions.LabelColumn, law?.VocabularySize);
        int window = KeyColumn.Find(input.Schema, FitOptions.ContextColumn, isVector: true).VectorSize!.Value + 1;
        var architecture = CreateArchitecture(vocabulary.Size, window, FitOptions.OrderFor(window));
        if (Training.Objective == Objective.FullDistribution && law is null)
            throw new ArgumentException($"{nameof(Objective)} is {nameof(Objective.FullDistribution)}, which needs the distribution's law; give one or use {nameof(Objective.NextToken)}.");
        var batches = OpenBatches(input, vocabulary, channel);
        return Train(batches, architecture, vocabulary, channel);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return PredictionColumns.Shape(context, inputSchema, FitOptions);
    }

    private IBatchSource OpenBatches(IDataView input, Vocabulary vocabulary, IChannel channel)
    {
        if (Training.Online)
            return input is SequenceDataView { Sampler: { } sampler } sample
                ? new OnlineBatches(sampler, checked((int)sample.Rows), Training.BatchSize)
                : throw new ArgumentException($"{nameof(Training.Online)} draws fresh rows, which needs data straight from ml.NGrams.Sample; this is {input.GetType().Name}.");
        var reader = new TokenReader(FitOptions.ContextColumn, FitOptions.LabelColumn);
        var tokens = reader.Read(input, vocabulary, FitOptions.CancellationToken);
        if (reader.SkippedRows > 0)
            channel.Warning(MessageSensitivity.None, $"{reader.SkippedRows} rows with a missing key were skipped.");
        return new ShuffledBatches(tokens, Training.BatchSize, Training.Seed);
    }

    private NextTokenTransformer Train(IBatchSource batches, Architecture architecture, Vocabulary vocabulary, IChannel channel)
    {
        var initial = Initialization.Create(architecture, Training.Seed);
        var law = FitOptions.Distribution;
        using var engine = EngineFactory.Create(architecture, initial, Training, law, out var choice, out string reason);
        channel.Info(MessageSensitivity.None, $"Engine {choice}: {reason}");
        double? entropy = law is null ? null : CountedEntropy.Of(law, architecture);
        var history = TrainingLoop.Run(engine, batches, Training, entropy, FitOptions.Progress, FitOptions.CancellationToken);
        if (history.StopReason != StopReason.Completed)
            channel.Warning(MessageSensitivity.None, $"Training ended after {history.Steps} batches: {history.StopReason}.");
        channel.Info(MessageSensitivity.None, FormattableString.Invariant(
            $"{history.Steps} batches in {history.Duration.TotalSeconds:F1} s: {history.LossName} {history.FinalLoss:F4}, accuracy {history.FinalAccuracy:F4}."));
        return new NextTokenTransformer(context, architecture, engine.GetParameters(), vocabulary, FitOptions, history, choice);
    }
}
