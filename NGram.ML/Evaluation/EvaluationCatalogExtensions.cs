using Microsoft.Data.Analysis;
using NGram.Data;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Keys;
using NGram.ML.Bounds;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;

// A user of ML.NET finds them without a using of ours.
namespace Microsoft.ML;

/// <summary>Evaluation, as <c>mlContext.NGrams.Evaluate(...)</c>.</summary>
public static class EvaluationCatalogExtensions
{
    /// <summary>
    /// Evaluates scored rows of any trainer that gives probabilities. Rows with a missing or unknown token are skipped and
    /// counted in the log.
    /// </summary>
    /// <remarks>
    /// <c>MulticlassClassification.Evaluate</c> skips only rows without a label: it counts a row whose context has an unknown
    /// token, with the equal scores that our models give it. Where there are such rows the two differ.
    /// </remarks>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="scored">
    /// Data with Score, Label and Context; labels are matched with Score's slot names, where it has them.
    /// </param>
    /// <param name="options">Columns, law, bounds, top-k; null: the defaults, without a law.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or does not fit the law.</exception>
    /// <exception cref="InvalidOperationException">There is no row to count, or scores are not probabilities.</exception>
    /// <example>
    /// <code>
    /// var metrics = ml.NGrams.Evaluate(model.Transform(test), new EvaluationOptions { Distribution = distribution });
    /// Console.WriteLine($"divergence {metrics.Divergence:F3}, accuracy {metrics.Accuracy:F3} of {metrics.BestAccuracy:F3}");
    /// </code>
    /// </example>
    public static NextTokenMetrics Evaluate(this NGramCatalog catalog, IDataView scored, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        return ScoredEvaluation.Evaluate(catalog.Context, scored, options ?? new EvaluationOptions());
    }

    /// <summary>Scores rows with a model and evaluates them; the metrics have the model's bounds.</summary>
    /// <inheritdoc cref="Evaluate(NGramCatalog, IDataView, EvaluationOptions?)"/>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="data">Data with Context and Label.</param>
    /// <param name="model">Scores them.</param>
    /// <param name="options">Columns, law, bounds, top-k; null: the columns that the model was fitted on, without a law.</param>
    public static NextTokenMetrics Evaluate(
        this NGramCatalog catalog,
        IDataView data,
        NextTokenTransformer model,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new EvaluationOptions
        {
            ContextColumn = model.Vocabulary.Context.Name,
            LabelColumn = model.Vocabulary.Label.Name,
            ScoreColumn = model.ScoreColumn,
        };
        return catalog.Evaluate(model.Transform(data), WithBounds(options, model, options.Distribution));
    }

    /// <summary>
    /// Evaluates a model without a sample: on every prompt c of S tokens that a law can give, with its probability w(c). With
    /// pi(.|c) the law of the next token and p its prediction, the divergence is the sum of w(c) pi(t|c) log(pi(t|c) / p(t|c)),
    /// the accuracy the sum of w(c) pi(argmax p|c), the best possible one the sum of w(c) max_t pi(t|c). All in double.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="model">Its vocabulary must be the ids 0 to N - 1, in any order.</param>
    /// <param name="distribution">The law of the tokens.</param>
    /// <param name="options">Top-k, bounds, limit, cancellation; its columns and its distribution are not read.</param>
    /// <exception cref="ArgumentException">
    /// There are more prompts than the limit (the message has their number), or the vocabularies differ.
    /// </exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(ml.NGrams.EvaluateExactly(model, distribution).ToDataFrame());
    /// </code>
    /// </example>
    public static NextTokenMetrics EvaluateExactly(
        this NGramCatalog catalog,
        NextTokenTransformer model,
        INGramDistribution distribution,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        options ??= new EvaluationOptions();
        return ExactEvaluation
            .Evaluate(Predictions(model, distribution, options), WithBounds(options, model, distribution))
            .Per(model.Architecture.ParameterCount);
    }

    /// <summary>
    /// What a model predicts after every prompt that a law can give, a row each in lexicographic order: Context (its tokens,
    /// separated by spaces), Probability, Prediction (the token of greatest logit), PredictionProbability (its probability under
    /// the law), Best (the law's first token of greatest probability), BestProbability, Divergence (nats), Memorised (whether
    /// the law has no more probable token than the prediction).
    /// </summary>
    /// <inheritdoc cref="EvaluateExactly"/>
    /// <example>
    /// <code>
    /// Console.WriteLine(ml.NGrams.EvaluateContexts(model, distribution).Head(5));
    /// </code>
    /// </example>
    public static DataFrame EvaluateContexts(
        this NGramCatalog catalog,
        NextTokenTransformer model,
        INGramDistribution distribution,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ExactEvaluation.Contexts(Predictions(model, distribution, options ?? new EvaluationOptions()));
    }

    private static EvaluationOptions WithBounds(
        EvaluationOptions options,
        NextTokenTransformer model,
        INGramDistribution? distribution) =>
        options with { Bounds = options.Bounds ?? BoundSet.OfLabel(distribution, model.Architecture) };

    private static ExactPredictions Predictions(
        NextTokenTransformer model,
        INGramDistribution distribution,
        EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(distribution);
        Require.Argument(options.Validate, nameof(options));
        return new ExactPredictions(
            model.Predictor,
            distribution,
            options.PromptLimit,
            TokenIds.Match([.. model.Vocabulary.Values.Select(KeyColumn.TextOf)], distribution.VocabularySize),
            options.CancellationToken);
    }
}
