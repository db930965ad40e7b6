using System.Text.Json;
using System.Text.Json.Serialization;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Randomness;
using NGram.Data.Sequences;
using NGram.ML.Constructions;
using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>
/// One experiment as plain data: a law, a sample or data from files, a model, its training and its baseline. The defaults are
/// the notebook's job. Serialises to JSON; the same settings give the same result on the same machine and build.
/// </summary>
public sealed record ExperimentSettings
{
    /// <summary>The longest sequence of an experiment.</summary>
    public const int LargestContextWindow = 65536;

    /// <summary>
    /// The law of the tokens; not used where <see cref="DistributionFile"/> or files of <see cref="Data"/> are given.
    /// </summary>
    public NGramLaw? Law { get; init; } = new PowerLaw();

    /// <summary>A saved distribution instead of a law.</summary>
    public string? DistributionFile { get; init; }

    /// <summary>Files of sequences to train on instead of a sample, and how files are read.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>Tokens of a sequence; null: the order, at least 2; of rows in files, the shortest row's.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>
    /// Batches of an epoch: the sample has this many times the batch size rows; null where files of <see cref="Data"/> are
    /// trained on.
    /// </summary>
    public int? Batches { get; init; } = 1000;

    /// <summary>
    /// The share of prompts, by probability, that T_eps may leave out; from 0 to 1. Theorem 1 asks d_h H + d >= T_eps.
    /// </summary>
    public double Epsilon { get; init; }

    /// <summary>The model.</summary>
    public TransformerOptions Model { get; init; } = new();

    /// <summary>How the weights are built instead of trained; null: they are trained.</summary>
    public ConstructionMethod? Construction { get; init; }

    /// <summary>
    /// A saved model to start from instead of new initial weights: a run folder, model.zip or .safetensors of the same
    /// architecture; null: none.
    /// </summary>
    public string? InitialWeights { get; init; }

    /// <summary>
    /// A file of sequences to measure the model on after every epoch, read as <see cref="Data"/> is; null: none.
    /// </summary>
    public string? Validation { get; init; }

    /// <summary>Whether the run folder also gets the model as ONNX.</summary>
    public bool Onnx { get; init; }

    /// <summary>
    /// Batches between two measurements of what the model holds of every prompt of the law, during training; null: none.
    /// </summary>
    public int? TrackEvery { get; init; }

    /// <summary>How it is trained; its seed is replaced by the initial seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The trained baseline, or null for none; there is none without a law.</summary>
    public BaselineSettings? Baseline { get; init; } = new();

    /// <summary>Seed that the others derive from.</summary>
    public int Seed { get; init; } = 2222;

    /// <summary>Seed of the distribution; null: derived.</summary>
    public int? DistributionSeed { get; init; }

    /// <summary>Seed of the sample; null: derived.</summary>
    public int? DataSeed { get; init; }

    /// <summary>Seed of the initial weights and the order of the rows; null: derived.</summary>
    public int? InitialSeed { get; init; }

    /// <summary>Whether the training data is a sample of the law.</summary>
    [JsonIgnore]
    public bool IsSampled => Data.Files.Count == 0;

    /// <summary>Whether the law of the tokens is known.</summary>
    [JsonIgnore]
    public bool HasLaw => IsSampled || DistributionFile is not null;

    /// <summary>These settings with every derived value written out.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public ExperimentSettings Resolve()
    {
        RequireRanges();
        RequireAgreement();
        int initialSeed = InitialSeed ?? SeedOf(SeedPurpose.Initial);
        var resolved = this with
        {
            Law = DrawsLaw ? Law!.Resolve() : Law,
            ContextWindow = ContextWindow ?? (DrawsLaw ? SequenceSampler.ShortestWindow(Law!.Order) : null),
            Baseline = HasLaw ? Baseline : null,
            DistributionSeed = DistributionSeed ?? SeedOf(SeedPurpose.Distribution),
            DataSeed = DataSeed ?? SeedOf(SeedPurpose.Data),
            InitialSeed = initialSeed,
            Training = Training with
            {
                Seed = initialSeed,
                FinalLearningRate = Training.FinalLearningRate ?? Training.LearningRate,
            },
        };
        return IsSampled
            ? resolved
            : resolved with { Law = null, Batches = null, DistributionSeed = null, DataSeed = null }; // nothing is drawn
    }

    /// <summary>Of resolved settings: the law of the file, or of the options and the seed; null if there is neither.</summary>
    internal INGramDistribution? OpenDistribution() =>
        DistributionFile is { } file ? NGram.Data.Files.DistributionFile.Load(file)
        : IsSampled ? Law!.CreateDistribution(DistributionSeed!.Value)
        : null;

    /// <summary>Of resolved settings: the model on the tokens of a law.</summary>
    internal TransformerArchitecture ArchitectureOn(INGramDistribution distribution) => new()
    {
        VocabularySize = distribution.VocabularySize,
        ContextWindow = ContextWindow ?? SequenceSampler.ShortestWindow(distribution.Order),
        Order = distribution.Order,
        Options = Model,
    };

    /// <summary>Rows of the sample: batches x batch size; null if there is none.</summary>
    /// <exception cref="OptionException">There are none, or more than 2^31 - 1.</exception>
    public int? Rows => IsSampled && Batches is { } batches ? RowsOf(batches, Training.BatchSize) : null;

    /// <summary>Indented camelCase JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ExperimentJson.Default.ExperimentSettings);

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names <paramref name="source"/> and the place.</exception>
    public static ExperimentSettings FromJson(string json, string source)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(json, ExperimentJson.Default.ExperimentSettings)
                ?? throw new InvalidDataException($"{source} does not hold settings.");
            // The serializer leaves what a file lacks as null.
            if (settings.Model is null || settings.Training is null)
                throw new InvalidDataException($"{source} does not hold settings: the model or its training is missing.");
            return settings.Data?.Files is null
                ? settings with
                {
                    Data = (settings.Data ?? new()) with { Files = [] },
                }
                : settings;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source} does not hold settings: {exception.Message}", exception);
        }
    }

    /// <summary>Seed of the baseline's sample and initial weights.</summary>
    internal int BaselineSeed => SeedOf(SeedPurpose.Baseline);

    /// <summary>Whether the law is drawn, rather than read from a file or left to the data.</summary>
    private bool DrawsLaw => IsSampled && DistributionFile is null;

    /// <summary>The rows of a number of whole batches.</summary>
    /// <exception cref="OptionException">There are none, or more than 2^31 - 1.</exception>
    internal static int RowsOf(int batches, int batchSize)
    {
        Require.AtLeast(batches, 1, nameof(Batches));
        Require.AtLeast(batchSize, 1, nameof(TrainingOptions.BatchSize));
        int most = int.MaxValue / batchSize;
        Require.That(
            batches <= most,
            nameof(Batches),
            batches,
            FormattableString.Invariant($"from 1 to {most} with a {{1}} of {batchSize}"),
            nameof(TrainingOptions.BatchSize));
        return batches * batchSize;
    }

    /// <summary>Checks each value on its own.</summary>
    private void RequireRanges()
    {
        Require.InRange(Epsilon, 0, 1, nameof(Epsilon));
        Require.Path(DistributionFile, nameof(DistributionFile));
        Require.Path(InitialWeights, nameof(InitialWeights));
        Require.Path(Validation, nameof(Validation));
        if (ContextWindow is { } window)
            Require.AtMost(window, LargestContextWindow, nameof(ContextWindow));
        if (Construction is { } method)
            Require.Named(method, nameof(Construction));
        if (TrackEvery is { } every)
            Require.AtLeast(every, 1, nameof(TrackEvery));
        Data.Validate();
        Model.Validate();
        Training.Validate();
        Baseline?.Validate();
        if (DrawsLaw)
            Law?.Validate();
    }

    /// <summary>Checks the values against each other.</summary>
    private void RequireAgreement()
    {
        Require.That(
            !DrawsLaw || Law is not null,
            nameof(Law),
            "missing",
            "given for a sample, or a {1}",
            nameof(DistributionFile));
        Require.That(!IsSampled || Batches is not null, nameof(Batches), "missing", "given for a sample");
        _ = Rows; // checks them
        Require.That(
            IsSampled || !Training.Online,
            nameof(Training.Online),
            Training.Online,
            "false for data from files: fresh sequences are drawn from a law");
        Require.That(
            IsSampled || Training.Objective != TrainingObjective.Exact,
            nameof(Training.Objective),
            Training.Objective,
            "another one for data from files: it trains on every prompt of a law");
        Require.That(
            HasLaw || TrackEvery is null, nameof(TrackEvery), TrackEvery, "left out for data without a distribution");
        Require.That(
            HasLaw || Training.Objective == TrainingObjective.NextToken,
            nameof(Training.Objective),
            Training.Objective,
            $"{nameof(TrainingObjective.NextToken)} for data without a distribution, whose law it needs");
        Require.That(
            Training.Engine != TrainingEngine.Fused || Model.Precision == ModelPrecision.Float32,
            nameof(Training.Engine),
            Training.Engine,
            $"another one for {{1}} {Model.Precision}, which only TorchSharp computes in",
            nameof(Model.Precision));
    }

    private int SeedOf(SeedPurpose purpose) => (int)(CounterRandom.Key(Seed, (int)purpose) & int.MaxValue);

    // Every result depends on these numbers.
    private enum SeedPurpose
    {
        Distribution = 1,
        Data = 2,
        Initial = 3,
        Baseline = 4,
    }
}
