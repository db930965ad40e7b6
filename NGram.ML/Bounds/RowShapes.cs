using NGram.Data.Distributions;
using NGram.ML.Optimum;

namespace NGram.ML.Bounds;

/// <summary>What the theorems ask of the rows of a law, the laws of the next token by context.</summary>
public sealed record RowShapes
{
    // About half a second.
    private const double MostProbabilities = 1 << 24;

    /// <summary>Whether every token has a positive probability after every context that occurs.</summary>
    public required bool HasFullSupport { get; init; }

    /// <summary>s: the largest number of tokens that are possible after a context that occurs.</summary>
    public int MostPossible { get; init; }

    /// <summary>
    /// E[(1 - pi(g|t)) log((N - 1) / (e^H - 1))] over the contexts t, with g the most probable next token and H the entropy of
    /// pi(.|t), in nats: a context with one possible next token adds 0.
    /// </summary>
    public required double Noise { get; init; }

    /// <summary>The same, each term times the L1 distance of pi(.|t) without g to the uniform law on the others.</summary>
    public required double SkewedNoise { get; init; }

    /// <summary>Theorem 2's bound for a coherence C below 1/2.</summary>
    internal double EncoderDivergence(double coherence) =>
        ((1 + 2 * coherence) * Noise + coherence * SkewedNoise) / (1 - 2 * coherence);

    /// <summary>Of a law's contexts at the label of a prompt; null if they are too many to go through.</summary>
    /// <param name="distribution">The law.</param>
    /// <param name="promptLength">S: tokens of a prompt; at least n - 1.</param>
    public static RowShapes? Of(INGramDistribution distribution, int promptLength)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        int size = distribution.VocabularySize;
        if (ContextIndex.Count(size, distribution.Order) > MostProbabilities)
            return null;
        double[] weights = ContextWeights.Probabilities(distribution, promptLength).Values, row = new double[size];
        ushort[] context = new ushort[distribution.Order - 1];
        bool isFull = true;
        int possible = 0;
        double noise = 0, skewed = 0;
        for (int index = 0; index < weights.Length; index++)
        {
            if (weights[index] == 0)
                continue;
            ContextIndex.Decode(index, size, context);
            distribution.GetProbabilities(context, row);
            isFull &= row.All(probability => probability > 0);
            possible = Math.Max(possible, ZeroInfimum.Possible(row));
            double rest = 1 - row.Max();
            if (rest < 1e-12)
                continue;
            double term = weights[index] * rest * Math.Log((size - 1) / (Math.Exp(Entropies.OfRow(row)) - 1));
            noise += term;
            skewed += term * Skew(row, rest);
        }
        return new() { HasFullSupport = isFull, MostPossible = possible, Noise = noise, SkewedNoise = skewed };
    }

    // The distance, over the tokens other than the most probable one, of row / rest to 1 / (N - 1).
    private static double Skew(double[] row, double rest)
    {
        int best = Array.IndexOf(row, row.Max());
        return row.Where((_, token) => token != best).Sum(probability => Math.Abs(probability / rest - 1.0 / (row.Length - 1)));
    }
}
