using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;
using NGram.Data.Distributions;
using NGram.ML.Evaluation.Csv;
using NGram.ML.Models;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation;

/// <summary>
/// Evaluation without a sample: over every prompt c of S tokens with its probability w(c). With pi(.|c) the law of the next
/// token and p its prediction, the divergence is the sum of w(c) pi(t|c) log(pi(t|c) / p(t|c)), with 0 log 0 = 0; the accuracy
/// the sum of w(c) pi(argmax p|c); the best possible one the sum of w(c) max_t pi(t|c). All in double.
/// </summary>
public static class ExactEvaluation
{
    /// <summary>The metrics of a model whose tokens are the law's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="law">The law of the tokens.</param>
    /// <param name="promptLength">S: tokens that the model sees; at least n - 1.</param>
    /// <param name="options">Top-k, bounds, limit, cancellation; its columns and its distribution are not read.</param>
    /// <exception cref="ArgumentException">There are more prompts than the limit; the message has their number.</exception>
    public static NextTokenMetrics Evaluate(
        NextTokenModel model,
        INGramDistribution law,
        int promptLength,
        EvaluationOptions? options = null)
    {
        options ??= new();
        options.Validate();
        return Evaluate(Predictions(model, law, promptLength, options), options);
    }

    /// <summary>
    /// A row for every prompt in lexicographic order: Context (its tokens, separated by spaces), Probability, Prediction (the
    /// token of greatest logit), PredictionProbability (its probability under the law), Best (the law's first token of greatest
    /// probability), BestProbability, Divergence (nats), Memorised (whether the law has no more probable token than the
    /// prediction).
    /// </summary>
    /// <inheritdoc cref="Evaluate(NextTokenModel, INGramDistribution, int, EvaluationOptions?)"/>
    public static DataFrame Contexts(
        NextTokenModel model,
        INGramDistribution law,
        int promptLength,
        EvaluationOptions? options = null)
    {
        options ??= new();
        options.Validate();
        return Contexts(Predictions(model, law, promptLength, options));
    }

    internal static NextTokenMetrics Evaluate(
        ExactPredictions predictions,
        EvaluationOptions options,
        PromptPredictionRows? rows = null,
        Action<int>? progress = null)
    {
        long prompts = 0, memorised = 0;
        double crossEntropy = 0, divergence = 0, accuracy = 0, topK = 0, best = 0, memorisedMass = 0;
        predictions.ForEach((prompt, law, prediction) =>
        {
            double weight = prompt.Probability;
            prompts++;
            if (prediction.IsMemorised(law))
            {
                memorised++;
                memorisedMass += weight;
            }
            crossEntropy += weight * prediction.CrossEntropy(law);
            divergence += weight * prediction.Divergence(law);
            accuracy += weight * law[prediction.Best];
            topK += weight * prediction.MassOfBest(options.TopK, law);
            best += weight * TensorPrimitives.Max(law);
            rows?.Add(prompt, law, prediction);
        }, progress);
        rows?.Flush();
        return new NextTokenMetrics
        {
            Data = "exact",
            Rows = prompts,
            CrossEntropy = crossEntropy,
            Divergence = divergence,
            Accuracy = accuracy,
            TopKAccuracy = topK,
            TopK = options.TopK,
            BestAccuracy = best,
            MemorisedPrompts = memorised,
            MemorisedProbability = memorisedMass,
            Bounds = options.Bounds ?? [],
        };
    }

    internal static DataFrame Contexts(ExactPredictions predictions)
    {
        List<string> contexts = [];
        List<int> predicted = [], best = [];
        List<double> probabilities = [], predictedProbabilities = [], bestProbabilities = [], divergences = [];
        List<bool> memorised = [];
        predictions.ForEach((prompt, law, prediction) =>
        {
            contexts.Add(string.Join(' ', prompt.Tokens.Select(token => token.ToString(CultureInfo.InvariantCulture))));
            probabilities.Add(prompt.Probability);
            predicted.Add(prediction.Best);
            predictedProbabilities.Add(law[prediction.Best]);
            best.Add(TensorPrimitives.IndexOfMax(law));
            bestProbabilities.Add(law[best[^1]]);
            divergences.Add(prediction.Divergence(law));
            memorised.Add(prediction.IsMemorised(law));
        });
        return new DataFrame(
            new StringDataFrameColumn("Context", contexts),
            new DoubleDataFrameColumn("Probability", probabilities),
            new Int32DataFrameColumn("Prediction", predicted),
            new DoubleDataFrameColumn("PredictionProbability", predictedProbabilities),
            new Int32DataFrameColumn("Best", best),
            new DoubleDataFrameColumn("BestProbability", bestProbabilities),
            new DoubleDataFrameColumn("Divergence", divergences),
            new BooleanDataFrameColumn("Memorised", memorised));
    }

    private static ExactPredictions Predictions(
        NextTokenModel model,
        INGramDistribution law,
        int promptLength,
        EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(law);
        var predictor = new TorchSharpPredictor(model, law.VocabularySize, promptLength);
        return new(predictor, law, options.PromptLimit, cancellation: options.CancellationToken);
    }
}
