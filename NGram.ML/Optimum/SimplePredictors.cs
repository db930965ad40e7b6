using System.Text.Json.Serialization;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Models;

namespace NGram.ML.Optimum;

/// <summary>
/// Divergences, in nats, of predictors that a model should beat: the best of a class, over all contexts, and the classical
/// estimators on a sample. They are means over the scored positions, like the divergence of training.
/// </summary>
public sealed record SimplePredictors
{
    private const int BlockRows = 4096;

    /// <summary>The best predictor that ignores the context: the tokens' own law.</summary>
    [JsonPropertyName("contextFree")]
    public required double ContextFree { get; init; }

    /// <summary>The best predictor that sees only the last token.</summary>
    [JsonPropertyName("lastToken")]
    public required double LastToken { get; init; }

    /// <summary>Add-k with k = 0.01, counted on the sample; null without one, or without memory to count in.</summary>
    [JsonPropertyName("addK")]
    public double? AddK { get; init; }

    /// <summary>Interpolated Kneser-Ney, counted on the sample; null in the same cases.</summary>
    [JsonPropertyName("kneserNey")]
    public double? KneserNey { get; init; }

    /// <summary>Measures them; null if the law has too many contexts.</summary>
    /// <param name="distribution">The law.</param>
    /// <param name="architecture">The model whose scored positions count.</param>
    /// <param name="sample">Sequences of the law's ids, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static SimplePredictors? Of(
        INGramDistribution distribution,
        Architecture architecture,
        SequenceDataView? sample,
        CancellationToken cancellationToken = default)
    {
        if (!DistinctRows.Fits(distribution))
            return null;
        var rows = DistinctRows.Of(distribution, architecture);
        var predictors = new SimplePredictors
        {
            ContextFree = Divergence(rows, classes: 1),
            LastToken = Divergence(rows, Math.Min(rows.VocabularySize, rows.ContextWeights.Length)),
        };
        // The model is already trained: without memory to count in there are fewer figures, not a failure.
        if (sample is null || !NGramCounts.Fits(sample.Rows * (long)sample.ContextWindow))
            return predictors;
        var texts = new List<ushort[]>();
        foreach (var block in sample.Blocks(BlockRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < block.Rows; row++)
                texts.Add(block[row].ToArray());
        }
        var counts = NGramCounts.Of(rows.VocabularySize, distribution.Order, texts);
        return predictors with
        {
            AddK = Divergence(rows, new SparseNGramDistribution(counts, new AddK())),
            KneserNey = Divergence(rows, new SparseNGramDistribution(counts, new KneserNey())),
        };
    }

    // The best predictor that knows the context's number modulo the classes: the mean law of each class.
    private static double Divergence(DistinctRows rows, int classes)
    {
        double[] means = new double[(long)classes * rows.VocabularySize], masses = new double[classes];
        for (int context = 0; context < rows.ContextWeights.Length; context++)
        {
            if (rows.RowOfContext[context] < 0)
                continue;
            var mean = means.AsSpan(context % classes * rows.VocabularySize, rows.VocabularySize);
            masses[context % classes] += rows.ContextWeights[context];
            for (int token = 0; token < mean.Length; token++)
                mean[token] += rows.ContextWeights[context] * rows[rows.RowOfContext[context]][token];
        }
        return Divergence(
            rows,
            (context, law) =>
            {
                var mean = means.AsSpan(context % classes * rows.VocabularySize, rows.VocabularySize);
                for (int token = 0; token < law.Length; token++)
                    law[token] = mean[token] / masses[context % classes];
            });
    }

    private static double Divergence(DistinctRows rows, SparseNGramDistribution estimate)
    {
        ushort[] tokens = new ushort[estimate.Order - 1];
        return Divergence(
            rows,
            (context, law) =>
            {
                ContextIndex.Decode(context, rows.VocabularySize, tokens);
                estimate.GetProbabilities(tokens, law);
            });
    }

    private static double Divergence(DistinctRows rows, Action<int, double[]> predict)
    {
        double[] law = new double[rows.VocabularySize];
        double sum = 0;
        for (int context = 0; context < rows.ContextWeights.Length; context++)
        {
            if (rows.RowOfContext[context] < 0)
                continue;
            predict(context, law);
            var right = rows[rows.RowOfContext[context]];
            for (int token = 0; token < law.Length; token++)
            {
                if (right[token] > 0)
                    sum += rows.ContextWeights[context] * right[token] * Math.Log(right[token] / law[token]);
            }
        }
        return sum;
    }
}
