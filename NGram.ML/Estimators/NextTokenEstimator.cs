using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Sequences;
using NGram.Data.Views;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.ML.Training.Batches;

namespace NGram.ML.Estimators;

/// <summary>
/// Trains a next-token model on any IDataView with a vector of keys and a key, and gives an ML.NET transformer. Fitting
/// changes neither the estimator nor the data; every fit starts from its own initial weights.
/// </summary>
public abstract class NextTokenEstimator : IEstimator<NextTokenTransformer>
{
    private readonly IHostEnvironment environment;
    private readonly NextTokenOptions options;

    /// <summary>Keeps what every next-token estimator needs.</summary>
    private protected NextTokenEstimator(IHostEnvironment environment, NextTokenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Argument(options.Validate, nameof(options));
        (this.environment, this.options) = (environment, options);
    }

    /// <summary>The architecture for the data's vocabulary, context window and order.</summary>
    private protected abstract Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order);

    /// <summary>The weights that a fit starts from, unless it is given some.</summary>
    private protected virtual StateDict CreateParameters(Architecture architecture) =>
        Initialization.Create(architecture, options.Seed);

    /// <summary>
    /// Trains on the rows of <paramref name="input"/>; rows with a missing key are skipped and counted in the log. The
    /// validation set of the options, where there is one, is measured after every epoch.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The columns are missing, of a wrong type, or do not fit together or the distribution.
    /// </exception>
    public NextTokenTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitWithValidation(input, options.ValidationSet);
    }

    /// <summary>
    /// Trains on the rows of <paramref name="input"/> and measures the same loss and accuracy on those of
    /// <paramref name="validation"/>
    /// after every epoch: the history's validation. Nothing is learned from them; their tokens are matched by value.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Columns are missing, of a wrong type, or do not fit together or the distribution.
    /// </exception>
    public NextTokenTransformer Fit(IDataView input, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(validation);
        return FitWithValidation(input, validation);
    }

    /// <summary>
    /// A transformer of given parameters, without training: for data with the columns of <paramref name="schema"/>.
    /// </summary>
    /// <param name="schema">Schema of the data that it would be fitted on: its keys are the tokens.</param>
    /// <param name="parameters">Of the estimator's architecture.</param>
    /// <exception cref="ArgumentException">The columns do not fit, or the parameters.</exception>
    public NextTokenTransformer Restore(DataViewSchema schema, StateDict parameters)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(parameters);
        var (vocabulary, architecture) = Describe(schema);
        var history = new TrainingHistory(batchesPerEpoch: 1, Entropy(architecture));
        return new NextTokenTransformer(
            architecture,
            Checked(architecture, parameters, nameof(parameters)),
            vocabulary,
            options,
            history,
            options.Engine);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return PredictionColumns.Shape(inputSchema, options);
    }

    private NextTokenTransformer FitWithValidation(IDataView input, IDataView? validation)
    {
        using var channel = environment.Start("NGram");
        using var cancellation = new FitCancellation(environment, options.CancellationToken);
        cancellation.ThrowIfContextIsCanceled();
        var (vocabulary, architecture) = Describe(input.Schema);
        Require.That(
            options.Objective == TrainingObjective.NextToken || options.Distribution is not null,
            nameof(options.Objective),
            options.Objective,
            $"{nameof(TrainingObjective.NextToken)} without a {{1}}, whose law it needs",
            nameof(options.Distribution));

        MemoryBudget.RequireBytes(
            architecture.TrainingBytes(options.BatchSize),
            "Training the model",
            [.. architecture.Sizes, (nameof(options.BatchSize), options.BatchSize)]);
        var initial = options.InitialParameters is { } given
            ? Checked(architecture, given, nameof(options.InitialParameters))
            : CreateParameters(architecture);
        try
        {
            var batches = options.Objective == TrainingObjective.Exact
                ? new PromptBatches(options.Distribution!, architecture.PromptLength, options.BatchSize, options.Seed)
                : OpenBatches(input, vocabulary, channel, cancellation.Token);
            using var validationSet = validation is null
                ? null
                : OpenValidation(validation, architecture, initial, vocabulary, channel, cancellation.Token);
            return Train(batches, validationSet, architecture, initial, vocabulary, channel, cancellation);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfContextIsCanceled();
            throw;
        }
    }

    /// <summary>The architecture for data with such columns.</summary>
    internal Architecture ArchitectureFor(DataViewSchema schema) => Describe(schema).Architecture;

    private (Vocabulary Vocabulary, Architecture Architecture) Describe(DataViewSchema schema)
    {
        var vocabulary = Vocabulary.Create(
            schema,
            options.ContextColumnName,
            options.LabelColumnName,
            options.Distribution?.VocabularySize);
        int window = ContextWindow(schema);
        return (vocabulary, CreateArchitecture(vocabulary.Size, window, options.OrderFor(window)));
    }

    private int ContextWindow(DataViewSchema schema) =>
        KeyColumn.Find(schema, options.ContextColumnName, isVector: true).VectorSize!.Value + 1;

    private double? Entropy(Architecture architecture) =>
        options.Distribution is { } law ? ScoredEntropy.Of(law, architecture) : null;

    /// <summary>The parameters in the architecture's order.</summary>
    private static StateDict Checked(Architecture architecture, StateDict parameters, string name)
    {
        try
        {
            parameters.RequireSame(architecture.Parameters);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{name} are of another model: {exception.Message}", exception);
        }
        var ordered = new StateDict();
        foreach (var (parameter, _) in architecture.Parameters)
            ordered.Add(parameter, parameters[parameter]);
        return ordered;
    }

    private IBatchSource OpenBatches(
        IDataView input,
        Vocabulary vocabulary,
        IChannel channel,
        CancellationToken cancellation)
    {
        if (options.Online)
        {
            return input is SequenceDataView { Sampler: { } sampler } sample
                ? new OnlineBatches(sampler, checked((int)sample.Rows), options.BatchSize)
                : throw new OptionException(
                    nameof(options.Online),
                    options.Online,
                    $"false unless the data comes straight from ml.NGrams.Sample, to draw fresh rows of; "
                        + $"this is {input.GetType().Name}");
        }
        // Windows of a text overlap: in a matrix each token would be there many times.
        var windows = new TokenMatrixReader(options.ContextColumnName, options.LabelColumnName).AsSequences(input, vocabulary);
        if (windows is { Sampler: null, IsHeld: false, Rows: > 0 })
            return new ShuffledBatches(windows, options.BatchSize, options.Seed);
        return new ShuffledBatches(Read(input, "", vocabulary, channel, cancellation), options.BatchSize, options.Seed);
    }

    private ValidationSet OpenValidation(
        IDataView input,
        Architecture architecture,
        StateDict initial,
        Vocabulary vocabulary,
        IChannel channel,
        CancellationToken cancellation)
    {
        foreach (string name in new[] { options.ContextColumnName, options.LabelColumnName })
        {
            if (input.Schema.GetColumnOrNull(name) is null)
            {
                throw new ArgumentException(
                    $"The validation set has no column '{name}'; it has {string.Join(", ", input.Schema.Select(c => c.Name))}. "
                    + "Transform it first by what comes before the trainer: the trainer reads it as it is.");
            }
        }
        if (ContextWindow(input.Schema) is var window && window != architecture.ContextWindow)
        {
            throw new ArgumentException(
                $"The validation data's '{options.ContextColumnName}' has {window - 1} tokens "
                + $"and the training data's {architecture.PromptLength}."
            );
        }

        var tokens = Read(input, "validation ", vocabulary, channel, cancellation);
        return new ValidationSet(tokens, architecture, initial, options.Objective, options.Distribution);
    }

    private TokenMatrix Read(
        IDataView input,
        string kind,
        Vocabulary vocabulary,
        IChannel channel,
        CancellationToken cancellation)
    {
        var reader = new TokenMatrixReader(options.ContextColumnName, options.LabelColumnName);
        var tokens = reader.Read(input, vocabulary, cancellation);
        if (reader.SkippedRows > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{reader.SkippedRows} {kind}rows with a missing key or an unknown token were skipped.");
        }

        return tokens;
    }

    private NextTokenTransformer Train(
        IBatchSource batches,
        ValidationSet? validation,
        Architecture architecture,
        StateDict initial,
        Vocabulary vocabulary,
        IChannel channel,
        FitCancellation cancellation)
    {
        var law = options.Distribution;
        var training = options.Training(batches.BatchesPerEpoch);
        using var engine = EngineFactory.Create(architecture, initial, training, law, out var choice, out string reason);
        channel.Info(MessageSensitivity.None, $"Engine {choice}: {reason}");
        Func<BatchResult?>? validate = validation is null
            ? null
            : () => validation.Evaluate(engine.GetParameters(), cancellation.Token);
        var history = TrainingLoop.Run(
            engine,
            batches,
            training,
            Entropy(architecture),
            options.Progress,
            validate,
            options.Checkpoints,
            options.Snapshots,
            cancellation.Token);
        cancellation.ThrowIfContextIsCanceled();
        if (history.StopReason != StopReason.Completed)
        {
            string kept = history.StopReason == StopReason.NotFinite ? "; the last good weights are kept" : "";
            channel.Warning(
                MessageSensitivity.None,
                $"Training ended after {history.Steps} batches: {history.StopReason}{kept}.");
        }

        if (history.CheckpointFault is { } fault)
            channel.Warning(MessageSensitivity.None, $"The checkpoint cannot be written: {fault.Message}");

        channel.Info(
            MessageSensitivity.None,
            FormattableString.Invariant(
                $"{history.Steps} batches in {history.Duration.TotalSeconds:F1} s{Threads(engine)}: ")
            + FormattableString.Invariant(
                $"{history.LossName} {history.FinalLoss:F4}, accuracy {history.FinalAccuracy:F4}."));
        var fused = engine as FusedEngine;
        return new NextTokenTransformer(architecture, engine.GetParameters(), vocabulary, options, history, choice)
        {
            Lanes = fused?.Lanes,
            Threads = fused?.Threads,
        };
    }

    private static string Threads(ITrainingEngine engine) => engine is FusedEngine { Threads: > 1 and var threads }
        ? $", most of them by {threads} threads"
        : "";
}
