using NGram.Data.Distributions;
using NGram.Data.Randomness;

namespace NGram.Data.Laws;

internal sealed partial class NGramLevel
{
    /// <summary>Weights as <see cref="Permuted"/> takes them: descending, without zeros, summing to 1.</summary>
    public static double[] Canonical(ReadOnlySpan<double> weights)
    {
        double[] descending = weights.ToArray();
        Array.Sort(descending, (a, b) => b.CompareTo(a));
        return Normalised(descending);
    }

    /// <summary>Checks that the table of <see cref="Permuted"/> fits into memory.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void RequirePermuted(int vocabularySize, int level, double[] weights)
    {
        if (!IsUniformRow(vocabularySize, weights))
            RequireMemory(vocabularySize, level, weights.Length, sizeof(ushort));
    }

    /// <summary>Gives every context the same weights in a uniformly random order of its own.</summary>
    /// <param name="vocabularySize">N.</param>
    /// <param name="level">i: contexts have i tokens.</param>
    /// <param name="weights">Canonical weights, at most N; the tokens beyond have none.</param>
    /// <param name="seed">Seed of the orders.</param>
    public static NGramLevel Permuted(int vocabularySize, int level, double[] weights, int seed)
    {
        if (IsUniformRow(vocabularySize, weights))
            return new(vocabularySize, weights, null, null);
        int support = weights.Length;
        int contexts = (int)ContextIndex.Count(vocabularySize, level);
        ushort[] tokens = new ushort[(long)contexts * support];
        Parallel.For(0, contexts, () => Identity(vocabularySize), (context, _, pool) =>
        {
            var random = new CounterRandom(CounterRandom.Key(seed, level, context));
            var row = tokens.AsSpan(context * support, support);
            DrawWithoutReplacement(ref random, pool, row);
            SortTies(weights, row);
            return pool;
        }, _ => { });
        return new(vocabularySize, weights, tokens, null);
    }

    private static ushort[] Identity(int vocabularySize)
    {
        ushort[] tokens = new ushort[vocabularySize];
        for (int token = 0; token < vocabularySize; token++)
            tokens[token] = (ushort)token;
        return tokens;
    }

    /// <summary>The first draws of a Fisher-Yates shuffle of the identity, which is restored: O(row), not O(N).</summary>
    private static void DrawWithoutReplacement(ref CounterRandom random, ushort[] identity, Span<ushort> row)
    {
        for (int rank = 0; rank < row.Length; rank++)
        {
            int drawn = rank + random.Next(identity.Length - rank);
            row[rank] = identity[drawn];
            identity[drawn] = identity[rank];
        }
        // Every place that was written held its own token when it was first drawn.
        foreach (ushort token in row)
            identity[token] = token;
    }

    /// <summary>Orders tokens of equal weight, so that the form does not tell how the row came about.</summary>
    private static void SortTies(double[] weights, Span<ushort> row)
    {
        for (var (begin, end) = (0, 0); begin < row.Length; begin = end)
        {
            while (end < row.Length && weights[end] == weights[begin])
                end++;
            row[begin..end].Sort();
        }
    }

    private static bool IsUniformRow(int vocabularySize, double[] descending) =>
        descending.Length == vocabularySize && descending[0] == descending[^1];

    /// <summary>
    /// Drops zeros at the end and divides by the sum, unless it is 1 but for rounding: rows that were saved come back bit for
    /// bit.
    /// </summary>
    private static double[] Normalised(double[] descending)
    {
        int support = descending.Length;
        while (descending[support - 1] == 0)
            support--;
        double sum = 0.0;
        foreach (double weight in descending)
            sum += weight;
        double[] result = descending[..support];
        if (!IsNormalised(sum))
            result = Array.ConvertAll(result, weight => weight / sum);
        // A denormal weight may become 0.
        return result[^1] == 0 ? Normalised(result) : result;
    }

    private static bool IsNormalised(double sum) => Math.Abs(sum - 1) <= 1e-10;
}
