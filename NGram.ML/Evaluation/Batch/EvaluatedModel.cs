using NGram.Data.Corpora;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Sequences;
using NGram.ML.Bounds;
using NGram.ML.Evaluation.Csv;
using NGram.ML.Interchange;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation.Batch;

/// <summary>A saved model with the law of the tokens, where it is known; several threads may evaluate it at once.</summary>
internal sealed class EvaluatedModel
{
    private readonly SavedModel model;
    private readonly INGramDistribution? distribution;
    private readonly IReadOnlyList<string>? texts;
    private readonly int[]? tokenOfId;
    private readonly IReadOnlyList<Bound> bounds;
    private readonly double? exposures, coverage; // of the law's prompts in the model's training

    private EvaluatedModel(SavedModel model, INGramDistribution? distribution, bool isOwnLaw, bool isText)
    {
        (this.model, this.distribution) = (model, distribution);
        if (isOwnLaw && model.DistributionFile is { } file)
            (exposures, coverage) = RunSummary.ReadSample(Path.GetDirectoryName(file)!);
        texts = isText ? model.RequireTexts(distribution) : model.Vocabulary;
        if (distribution is not null)
            tokenOfId = Match(model, distribution);
        bounds = BoundSet.OfLabel(distribution, model.Architecture);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The model.</param>
    /// <param name="distribution">The law that was given; its value is null if none was.</param>
    /// <param name="options">Whether the data has texts.</param>
    /// <exception cref="InvalidDataException">It is not a model, or its tokens are not the law's.</exception>
    public static EvaluatedModel Load(string path, Lazy<INGramDistribution?> distribution, BatchEvaluationOptions options)
    {
        var model = SavedModel.Load(path);
        return new(
            model,
            distribution.Value ?? (model.DistributionFile is { } file ? DistributionFile.Load(file) : null),
            options.DistributionFile is not { } given
                || (model.DistributionFile is { } own && Path.GetFullPath(given) == Path.GetFullPath(own)),
            options.Texts || options.Tokens is not null);
    }

    /// <summary>The metrics on data, row by row of the law's own sample or of any other.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Receives what is predicted, as <see cref="RowPredictions"/>; null: nothing is written.</param>
    /// <param name="progress">Is told how many more rows are done, and what share of all.</param>
    public NextTokenMetrics Evaluate(
        EvaluationData data, BatchEvaluationOptions options, Stream? output, Action<int, double> progress)
    {
        var architecture = model.Architecture;
        using var predictor = IPredictor.Create(architecture, model.Parameters);
        var written = output is null ? null : new RowPredictions(output, architecture, texts, options.TopK);
        var sums = new SequenceMetrics(new PromptCache(predictor), distribution, tokenOfId, options.TopK, written);
        Stream? source = null;
        foreach (var block in Sequences(data with { Open = () => source = data.Open() }, options))
        {
            sums.Add(block, options.CancellationToken);
            progress(block.Rows, options.Tokens is null ? ShareRead(source) : 0);
        }
        if (sums.Rows == 0)
            throw new InvalidDataException($"{data.Name}: the data has no rows.");
        written?.Flush();
        return sums.ToMetrics(distribution?.EntropyAt(architecture.PromptLength), bounds);
    }

    /// <summary>How much of a stream is read; 0 where it does not know its length, or is closed again.</summary>
    private static double ShareRead(Stream? source) =>
        source is { CanSeek: true, Length: > 0 } ? (double)source.Position / source.Length : 0;

    private IEnumerable<TokenMatrix> Sequences(EvaluationData data, BatchEvaluationOptions options)
    {
        var architecture = model.Architecture;
        if (options.Tokens is { } unit)
        {
            return Corpus
                .Read(
                    data.Open,
                    data.Name,
                    new CorpusOptions { Unit = unit, Vocabulary = texts },
                    cancellationToken: options.CancellationToken)
                .Windows(architecture.ContextWindow)
                .Blocks(SequenceFile.BlockRows);
        }
        return SequenceFile.Read(data.Open, data.Name, new SequenceFileOptions
        {
            ContextWindow = architecture.ContextWindow,
            VocabularySize = architecture.VocabularySize,
            Texts = texts,
            Windows = options.Windows,
            Header = options.Header,
        }, options.CancellationToken);
    }

    /// <summary>The metrics over every prompt of the law.</summary>
    /// <param name="options">How.</param>
    /// <param name="output">Receives what is predicted, as <see cref="PromptPredictionRows"/>; null: nothing is written.</param>
    /// <param name="progress">Is told how many more prompts are done, and what share of all.</param>
    public NextTokenMetrics EvaluateExactly(BatchEvaluationOptions options, Stream? output, Action<int, double> progress)
    {
        if (distribution is null)
        {
            throw new InvalidDataException(
                "an exact evaluation needs the law of the tokens, a distribution, and the model brings none.");
        }

        using var predictor = IPredictor.Create(model.Architecture, model.Parameters);
        var limits = new EvaluationOptions
        {
            TopK = options.TopK,
            Bounds = bounds,
            PromptLimit = options.PromptLimit,
            CancellationToken = options.CancellationToken,
        };
        var written = output is null
            ? null
            : new PromptPredictionRows(output, distribution.VocabularySize, distribution.Tokens, options.TopK);
        double prompts = distribution.TryCountPrompts(model.Architecture.PromptLength) ?? double.PositiveInfinity, done = 0;
        var metrics = ExactEvaluation.Evaluate(
            new ExactPredictions(predictor, distribution, options.PromptLimit, tokenOfId, options.CancellationToken),
            limits,
            written,
            count => progress(count, (done += count) / prompts));
        return metrics.Per(model.Architecture.ParameterCount) with { Exposures = exposures, Coverage = coverage };
    }

    /// <summary>The model's token of every id of the law; null if they are the same.</summary>
    private static int[]? Match(SavedModel model, INGramDistribution distribution)
    {
        int size = model.Architecture.VocabularySize, length = model.Architecture.PromptLength;
        if (distribution.VocabularySize != size)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"the distribution has {distribution.VocabularySize} tokens and the model {size}."));
        }

        if (distribution.Order - 1 > length)
        {
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"the distribution's order is {distribution.Order}, and the model sees only {length} tokens.")
            );
        }

        if (
            model.Vocabulary is not { } vocabulary
            || distribution.Tokens is { } own && own.SequenceEqual(vocabulary))
        {
            return null;
        }

        return TokenIds.Match(vocabulary, size);
    }
}
