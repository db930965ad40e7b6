using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Laws;

namespace NGram.Data.Distributions;

/// <summary>Entropies of an n-gram distribution, in nats, with 0 log 0 = 0.</summary>
public static class Entropies
{
    /// <summary>
    /// The entropy of token n - 1 (0-based) given the n - 1 before it: E over pi_0, ..., pi_{n-2} of H(pi_{n-1}[context]).
    /// </summary>
    public static double Entropy(this INGramDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return distribution.EntropyAt(distribution.Order - 1);
    }

    /// <summary>
    /// The entropy of the token at a 0-based position given the tokens before it. Beyond position n - 1 the context's law is
    /// the prior pushed through pi_{n-1}; where all rows have the same entropy that changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The position is negative, or the N^(n-1) contexts do not fit into memory.</exception>
    public static double EntropyAt(this INGramDistribution distribution, int position)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.AtLeast(position, 0, nameof(position));
        int length = Math.Min(position, distribution.Order - 1);
        if (distribution is NGramDistribution known && known.Levels[length].RowEntropy is { } entropy)
            return entropy;
        if (distribution is SparseNGramDistribution sparse)
            return StateMasses.Probabilities(sparse, position).Mean(sparse.Figures.Entropy);

        double[] weights = ContextWeights.Probabilities(distribution, position).Values;
        ushort[] context = new ushort[length];
        double[] row = new double[distribution.VocabularySize];
        double sum = 0.0;
        for (int index = 0; index < weights.Length; index++)
        {
            if (weights[index] == 0)
                continue;
            ContextIndex.Decode(index, distribution.VocabularySize, context);
            distribution.GetProbabilities(context, row);
            sum += weights[index] * OfRow(row);
        }
        return sum;
    }

    /// <summary>The entropies at positions 0, ..., n - 1: how uncertain each level leaves its token.</summary>
    public static double[] ConditionalEntropies(this INGramDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return [.. Enumerable.Range(0, distribution.Order).Select(distribution.EntropyAt)];
    }

    /// <summary>The accuracy of a perfect predictor of the token at a position: the mean of max_t pi(t | context).</summary>
    public static double BestAccuracyAt(this SparseNGramDistribution distribution, int position)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.AtLeast(position, 0, nameof(position));
        return StateMasses.Probabilities(distribution, position).Mean(distribution.Figures.Best);
    }

    /// <summary>Entropy of one law, in nats.</summary>
    public static double OfRow(ReadOnlySpan<double> probabilities)
    {
        double sum = 0.0;
        foreach (double probability in probabilities)
        {
            if (probability > 0)
                sum -= probability * Math.Log(probability);
        }
        return sum;
    }
}
