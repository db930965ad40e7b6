using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Randomness;

namespace NGram.Data.Laws;

/// <summary>
/// The last level is the softmax of random logits, for every context its own: N(0,1) * Importance^i for token i among the
/// first <see cref="HeadTokens"/>, 0 for the others. Earlier levels are uniform on their supports.
/// </summary>
public sealed record RandomHeadLaw : NGramLaw
{
    /// <summary>Factor by which the logits' spread changes from a token to the next; finite, from 0 on.</summary>
    public double Importance { get; init; } = 1;

    /// <summary>d: number of tokens with random logits, from 0 on; above N it counts as N.</summary>
    public int HeadTokens { get; init; } = 10;

    /// <summary>
    /// Number of tokens with a non-zero probability for each level but the last, at least 1; above N it counts as N. Null is N,
    /// ..., N.
    /// </summary>
    public IReadOnlyList<int>? Supports { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require.AtLeast(HeadTokens, 0, nameof(HeadTokens));
        Require.That(
            double.IsFinite(Math.Pow(Importance, Math.Min(HeadTokens, VocabularySize)) * 100) && Importance >= 0,
            nameof(Importance),
            Importance,
            "a number from 0 on whose power of {1} is finite",
            nameof(HeadTokens));
        ValidatePerLevel(Supports, Order - 1, nameof(Supports), "at least 1", support => support >= 1);
    }

    internal override NGramLevel[] CreateLevels(int seed)
    {
        var weights = Enumerable.Range(0, Order - 1).Select(UniformWeights).ToList();
        NGramLevel.RequireMemory(VocabularySize, Order - 1, VocabularySize, sizeof(double));
        for (int i = 0; i < Order - 1; i++)
            NGramLevel.RequirePermuted(VocabularySize, i, weights[i]);
        return
        [
            .. weights.Select((level, i) => NGramLevel.Permuted(VocabularySize, i, level, seed)),
            NGramLevel.FromRows(VocabularySize, Order - 1, CreateRows(seed)),
        ];
    }

    private double[] UniformWeights(int level)
    {
        double[] weights = new double[Math.Min(Supports?[level] ?? VocabularySize, VocabularySize)];
        Array.Fill(weights, 1);
        return NGramLevel.Canonical(weights);
    }

    private double[] CreateRows(int seed)
    {
        var (n, level) = (VocabularySize, Order - 1);
        double[] rows = new double[(long)ContextIndex.Count(n, Order)];
        double[] spreads = new double[Math.Min(HeadTokens, n)];
        for (int i = 0; i < spreads.Length; i++)
            spreads[i] = Math.Pow(Importance, i);
        Parallel.For(0, rows.Length / n, context =>
        {
            var random = new CounterRandom(CounterRandom.Key(seed, level, context));
            var row = rows.AsSpan(context * n, n);
            for (int i = 0; i < spreads.Length; i++)
                row[i] = random.NextNormal() * spreads[i];
            Softmax(row);
        });
        return rows;
    }

    private static void Softmax(Span<double> row)
    {
        var (greatest, sum) = (double.NegativeInfinity, 0.0);
        foreach (double logit in row)
            greatest = Math.Max(greatest, logit);
        foreach (ref double logit in row)
            sum += logit = Math.Exp(logit - greatest);
        foreach (ref double weight in row)
            weight /= sum;
    }
}
