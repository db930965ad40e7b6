using NGram.Data.Checks;

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

    /// <summary>The entropies at positions 0, ..., n - 1: how uncertain each level leaves its token.</summary>
    public static double[] ConditionalEntropies(this INGramDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return [.. Enumerable.Range(0, distribution.Order).Select(distribution.EntropyAt)];
    }

    /// <summary>Entropy of one row, in nats.</summary>
    internal static double OfRow(ReadOnlySpan<double> probabilities)
    {
        double sum = 0.0;
        foreach (double probability in probabilities)
        {
            if (probability > 0)
                sum -= probability * Math.Log(probability);
        }
        return sum;
    }

    /// <summary>The entropy at a position as the mean over its contexts, from the probabilities alone.</summary>
    internal static double OverContexts(INGramDistribution distribution, int position)
    {
        Require.AtLeast(position, 0, nameof(position));
        int length = Math.Min(position, distribution.Order - 1);
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
}
