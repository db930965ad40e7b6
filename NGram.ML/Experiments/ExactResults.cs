using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Bounds;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.ML.Experiments;

/// <summary>
/// What a trained model knows about every prompt of its law, and what its training saw of them. Each is null if unknown: without
/// a law, or with too many prompts to go through quickly.
/// </summary>
internal sealed record ExactResults
{
    // Probabilities of all prompts, and products of the forward pass: about a second. The notebook's are 125,000 and 34 million.
    internal const double MostProbabilities = 1 << 25;

    private const double MostProducts = 1L << 34;

    /// <summary>Over every prompt.</summary>
    public NextTokenMetrics? Metrics { get; private init; }

    /// <summary>Over every prompt, with the same weights in float32; only for constructions.</summary>
    public NextTokenMetrics? Float32 { get; private init; }

    /// <summary>Sequences trained on over T0.</summary>
    public double? Exposures { get; private init; }

    /// <summary>The share of the prompts, by probability, in what was trained on.</summary>
    public double? Coverage { get; private init; }

    /// <summary>What simpler predictors reach, the classical ones on the training data.</summary>
    public SimplePredictors? Predictors { get; private init; }

    /// <summary>Measures a model.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="distribution">The law; null if none is known.</param>
    /// <param name="transformer">The model, with the history of its training.</param>
    /// <param name="data">The sequences of the law's ids that it was trained on, or the first of those that were drawn.</param>
    /// <param name="settings">How it was trained.</param>
    /// <param name="bounds">To stand beside the metrics.</param>
    /// <param name="predictors">Found earlier, on the same data; null: still to be found.</param>
    public static ExactResults Of(
        MLContext context,
        INGramDistribution? distribution,
        NextTokenTransformer transformer,
        SequenceDataView data,
        ExperimentSettings settings,
        BoundSet bounds,
        SimplePredictors? predictors = null)
    {
        int length = transformer.Architecture.PromptLength;
        if (distribution?.TryCountPrompts(length) is not { } prompts)
            return new();
        bool isExact = settings.Training.Objective == TrainingObjective.Exact;
        long trained = RowsTrained(transformer, isExact ? (long)prompts : data.Rows, settings.Training.BatchSize);
        var results = new ExactResults { Exposures = trained / prompts };
        if (!AreFew(prompts, transformer.Architecture))
            return results;
        if (isExact)
        {
            return results with
            {
                Coverage = Math.Min(1, trained / prompts),
                Predictors = SimplePredictors.Of(distribution, transformer.Architecture, sample: null),
                Metrics = Measure(context, distribution, transformer, bounds),
            };
        }

        // Fresh rows are drawn one after another.
        var seen = settings.Training.Online ? new SequenceDataView(data.Sampler!, trained) : data;
        return results with
        {
            Coverage = SampleCoverage.Of(distribution, seen),
            Predictors = predictors ?? SimplePredictors.Of(distribution, transformer.Architecture, seen),
            Metrics = Measure(context, distribution, transformer, bounds),
        };
    }

    /// <summary>Whether a law has few enough prompts for a model to be measured on each.</summary>
    public static bool AreFew(INGramDistribution distribution, Architecture architecture) =>
        distribution.TryCountPrompts(architecture.PromptLength) is { } prompts && AreFew(prompts, architecture);

    private static bool AreFew(double prompts, Architecture architecture) =>
        prompts * architecture.VocabularySize <= MostProbabilities
        && prompts * architecture.PromptLength * architecture.ParameterCount <= MostProducts;

    /// <summary>Measures a model that needed no data.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="distribution">The law.</param>
    /// <param name="transformer">The model.</param>
    /// <param name="bounds">To stand beside the metrics.</param>
    public static ExactResults Of(
        MLContext context, INGramDistribution distribution, NextTokenTransformer transformer, BoundSet bounds) =>
        new() { Metrics = Measure(context, distribution, transformer, bounds) };

    /// <summary>The results, with what remains of them in float32.</summary>
    public ExactResults WithFloat32(
        MLContext context, INGramDistribution distribution, NextTokenTransformer cast, BoundSet bounds) =>
        this with { Float32 = Measure(context, distribution, cast, bounds) };

    private static NextTokenMetrics Measure(
        MLContext context, INGramDistribution distribution, NextTokenTransformer transformer, BoundSet bounds) =>
        context.NGrams.EvaluateExactly(
            transformer,
            distribution,
            new EvaluationOptions { Bounds = bounds, PromptLimit = MostProbabilities });

    private static long RowsTrained(NextTokenTransformer transformer, long rows, int batchSize)
    {
        var (epochs, batches) = Math.DivRem(transformer.History.Steps, transformer.History.BatchesPerEpoch);
        return epochs * rows + Math.Min((long)batches * batchSize, rows);
    }
}
