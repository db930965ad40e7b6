using NGram.Data.Checks;

namespace NGram.Data.Distributions;

/// <summary>
/// A weight for each context of the last min(p, n - 1) tokens before position p, by <see cref="ContextIndex.RowOf"/>: its
/// probability, or the number of sequences that end in it. Pushed from position to position through the levels.
/// </summary>
internal sealed class ContextWeights
{
    private readonly INGramDistribution distribution;
    private readonly bool counting;
    private readonly Successors successors;

    private ContextWeights(INGramDistribution distribution, bool counting)
    {
        this.distribution = distribution;
        this.counting = counting;
        successors = new(distribution);
        Values = [1];
    }

    /// <summary>The weights, [N^min(p, n - 1)].</summary>
    public double[] Values { get; private set; }

    /// <summary>The probabilities of the contexts at a position, under the distribution of everything before it.</summary>
    /// <exception cref="ArgumentException">The contexts do not fit into memory.</exception>
    public static ContextWeights Probabilities(INGramDistribution distribution, int position)
    {
        MemoryBudget.Require(
            Elements(distribution, position),
            sizeof(double),
            FormattableString.Invariant(
                $"A number for each of the {distribution.VocabularySize}^{Math.Min(position, distribution.Order - 1)} contexts"));
        return Push(new(distribution, counting: false), position);
    }

    /// <summary>
    /// How many sequences of <paramref name="length"/> tokens have non-zero probability (exact below 2^53); null if a number
    /// for each context does not fit into memory.
    /// </summary>
    public static double? TryCount(INGramDistribution distribution, int length)
    {
        Require.AtLeast(length, 0, nameof(length));
        return MemoryBudget.Fits(Elements(distribution, length), sizeof(double))
            ? Push(new(distribution, counting: true), length).Values.Sum()
            : null;
    }

    private static double Elements(INGramDistribution distribution, int positions) =>
        2 * ContextIndex.Count(distribution.VocabularySize, Math.Min(positions, distribution.Order - 1));

    private static ContextWeights Push(ContextWeights weights, int positions)
    {
        for (int position = 0; position < positions; position++)
            weights.Step(position);
        return weights;
    }

    private void Step(int position)
    {
        int n = distribution.VocabularySize;
        int length = Math.Min(position, distribution.Order - 1);
        double[] next = new double[(int)ContextIndex.Count(n, Math.Min(position + 1, distribution.Order - 1))];
        ushort[] context = new ushort[length];
        for (int row = 0; row < Values.Length; row++)
        {
            if (Values[row] == 0)
                continue;
            ContextIndex.Decode(row, n, context);
            successors.Read(context);
            for (int i = 0; i < successors.Tokens.Length; i++)
            {
                // The modulus drops the oldest token once the context is full.
                long target = ((long)row * n + successors.Tokens[i]) % next.Length;
                next[target] += counting ? Values[row] : Values[row] * successors.Probabilities[i];
            }
        }
        Values = next;
    }
}
