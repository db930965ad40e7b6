using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Sequences;
using NGram.Data.Views;
using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.ML.Training.Batches;

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

    /// <summary>The weights that a fit starts from, unless it is given some.</summary>
    private protected virtual StateDict CreateParameters(Architecture architecture) =>
        Initialization.Create(architecture, Training.Seed);

    /// <summary>
    /// Trains on the rows of <paramref name="input"/>; rows with a missing key are skipped and counted in the log.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The columns are missing, of a wrong type, or do not fit together or the distribution.
    /// </exception>
    public NextTokenTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitWithValidation(input, validation: null);
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
            context,
            architecture,
            Checked(architecture, parameters, nameof(parameters)),
            vocabulary,
            FitOptions,
            history,
            Training.Engine);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return PredictionColumns.Shape(context, inputSchema, FitOptions);
    }

    private NextTokenTransformer FitWithValidation(IDataView input, IDataView? validation)
    {
        using var channel = ((IHostEnvironment)context).Start("NGram");
        var (vocabulary, architecture) = Describe(input.Schema);
        Require.That(
            Training.Objective != TrainingObjective.FullDistribution || FitOptions.Distribution is not null,
            nameof(Training.Objective),
            Training.Objective,
            $"{nameof(TrainingObjective.NextToken)} without a {{1}}, whose law it needs",
            nameof(FitOptions.Distribution));

        MemoryBudget.RequireBytes(
            architecture.TrainingBytes(Training.BatchSize),
            "Training the model",
            [.. architecture.Sizes, (nameof(Training.BatchSize), Training.BatchSize)]);
        var initial = FitOptions.InitialParameters is { } given
            ? Checked(architecture, given, nameof(FitOptions.InitialParameters))
            : CreateParameters(architecture);
        var batches = OpenBatches(input, vocabulary, channel);
        using var validationSet = validation is null
            ? null
            : OpenValidation(validation, architecture, initial, vocabulary, channel);
        return Train(batches, validationSet, architecture, initial, vocabulary, channel);
    }

    private (Vocabulary Vocabulary, Architecture Architecture) Describe(DataViewSchema schema)
    {
        var vocabulary = Vocabulary.Create(
            schema,
            FitOptions.ContextColumn,
            FitOptions.LabelColumn,
            FitOptions.Distribution?.VocabularySize);
        int window = ContextWindow(schema);
        return (vocabulary, CreateArchitecture(vocabulary.Size, window, FitOptions.OrderFor(window)));
    }

    private int ContextWindow(DataViewSchema schema) =>
        KeyColumn.Find(schema, FitOptions.ContextColumn, isVector: true).VectorSize!.Value + 1;

    private double? Entropy(Architecture architecture) =>
        FitOptions.Distribution is { } law ? CountedEntropy.Of(law, architecture) : null;

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

    private IBatchSource OpenBatches(IDataView input, Vocabulary vocabulary, IChannel channel)
    {
        if (Training.Online)
        {
            return input is SequenceDataView { Sampler: { } sampler } sample
                ? new OnlineBatches(sampler, checked((int)sample.Rows), Training.BatchSize)
                : throw new OptionException(
                    nameof(Training.Online),
                    Training.Online,
                    $"false unless the data comes straight from ml.NGrams.Sample, to draw fresh rows of; this is {input.GetType().Name}");
        }
        // Windows of a text overlap: in a matrix each token would be there many times.
        var windows = new TokenMatrixReader(FitOptions.ContextColumn, FitOptions.LabelColumn).AsSequences(input, vocabulary);
        if (windows is { Sampler: null, IsHeld: false, Rows: > 0 })
            return new ShuffledBatches(windows, Training.BatchSize, Training.Seed);
        return new ShuffledBatches(Read(input, "", vocabulary, channel), Training.BatchSize, Training.Seed);
    }

    private ValidationSet OpenValidation(
        IDataView input,
        Architecture architecture,
        StateDict initial,
        Vocabulary vocabulary,
        IChannel channel)
    {
        if (ContextWindow(input.Schema) is var window && window != architecture.ContextWindow)
        {
            throw new ArgumentException(
                $"The validation data's '{FitOptions.ContextColumn}' has {window - 1} tokens and the training data's {architecture.PromptLength}."
            );
        }

        var tokens = Read(input, "validation ", vocabulary, channel);
        return new ValidationSet(tokens, architecture, initial, Training.Objective, FitOptions.Distribution);
    }

    private TokenMatrix Read(IDataView input, string kind, Vocabulary vocabulary, IChannel channel)
    {
        var reader = new TokenMatrixReader(FitOptions.ContextColumn, FitOptions.LabelColumn);
        var tokens = reader.Read(input, vocabulary, FitOptions.CancellationToken);
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
        IChannel channel)
    {
        var law = FitOptions.Distribution;
        using var engine = EngineFactory.Create(architecture, initial, Training, law, out var choice, out string reason);
        channel.Info(MessageSensitivity.None, $"Engine {choice}: {reason}");
        Func<BatchResult?>? validate = validation is null
            ? null
            : () => validation.Evaluate(engine.GetParameters(), FitOptions.CancellationToken);
        var history = TrainingLoop.Run(
            engine,
            batches,
            Training,
            Entropy(architecture),
            FitOptions.Progress,
            validate,
            FitOptions.Checkpoints,
            FitOptions.CancellationToken);
        if (history.StopReason != StopReason.Completed)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"Training ended after {history.Steps} batches: {history.StopReason}{(history.StopReason == StopReason.NotFinite ? "; the last good weights are kept" : "")}."
            );
        }

        channel.Info(
            MessageSensitivity.None,
            FormattableString.Invariant(
                $"{history.Steps} batches in {history.Duration.TotalSeconds:F1} s: {history.LossName} {history.FinalLoss:F4}, accuracy {history.FinalAccuracy:F4}."
            ));
        return new NextTokenTransformer(context, architecture, engine.GetParameters(), vocabulary, FitOptions, history, choice);
    }
}
