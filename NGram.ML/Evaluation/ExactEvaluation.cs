using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;
using NGram.ML.Evaluation.Csv;

namespace NGram.ML.Evaluation;

/// <summary>
/// Evaluation without a sample: over every prompt c of S tokens with its probability w(c). With pi(.|c) the law of the next
/// token and p its prediction, the divergence is the sum of w(c) pi(t|c) log(pi(t|c) / p(t|c)), with 0 log 0 = 0; the accuracy
/// the sum of w(c) pi(argmax p|c); the best possible one the sum of w(c) max_t pi(t|c). All in double.
/// What the model holds in bits is a code length: with T0 prompts and CE the cross entropy, T0 (log N - CE) / ln 2 bits are saved
/// where the next token of every prompt, weighted by T0 w(c), is coded by the model and not by its number.
/// </summary>
internal static class ExactEvaluation
{
    /// <summary>What a table calls the data.</summary>
    public const string DataName = "exact";

    /// <summary>The metrics over every prompt.</summary>
    /// <param name="predictions">The model's, after every prompt of the law.</param>
    /// <param name="options">Top-k and bounds.</param>
    /// <param name="rows">Receives each prompt's predictions; null: nothing is written.</param>
    /// <param name="progress">Is told how many more prompts are done.</param>
    /// <exception cref="ArgumentException">There are more prompts than the limit; the message has their number.</exception>
    public static NextTokenMetrics Evaluate(
        ExactPredictions predictions,
        EvaluationOptions options,
        PromptPredictionRows? rows = null,
        Action<int>? progress = null)
    {
        options.Validate();
        var sums = new MetricSums(options.TopK);
        long memorised = 0;
        double divergence = 0, memorisedMass = 0, margin = double.PositiveInfinity;
        predictions.ForEach((prompt, law, prediction) =>
        {
            double weight = prompt.Probability;
            sums.Add(
                weight,
                prediction.CrossEntropy(law),
                law[prediction.Best],
                prediction.MassOfBest(options.TopK, law),
                TensorPrimitives.Max(law));
            divergence += weight * prediction.Divergence(law);
            margin = Math.Min(margin, prediction.Margin(law));
            if (prediction.IsMemorised(law))
            {
                memorised++;
                memorisedMass += weight;
            }
            rows?.Add(prompt, law, prediction);
        }, progress);
        rows?.Flush();
        var metrics = sums.Sums(options.Bounds);
        return metrics with
        {
            Data = DataName,
            Divergence = divergence,
            MemorisedPrompts = memorised,
            MemorisedProbability = memorisedMass,
            SmallestMargin = double.IsFinite(margin) ? margin : null,
            Bits = metrics.Rows * (Math.Log(predictions.VocabularySize) - metrics.CrossEntropy) / Math.Log(2),
        };
    }

    /// <summary>
    /// A row for every prompt, with the columns of <see cref="Microsoft.ML.EvaluationCatalogExtensions.EvaluateContexts"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There are more prompts than the limit; the message has their number.</exception>
    public static DataFrame Contexts(ExactPredictions predictions)
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
}
