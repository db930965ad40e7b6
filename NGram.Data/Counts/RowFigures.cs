namespace NGram.Data.Counts;

/// <summary>
/// The sum of p log p and the largest p of every row, in time proportional to the counts.
/// </summary>
/// <remarks>
/// With h' the context h without its oldest token, w(h t) the weight of a counted gram (0 for other tokens), b(h) what is left
/// to h', and q(h t) = b(h) p(t | h'), a row is p(t | h) = w(h t) + q(h t). Of the row of h' follow
/// S(h) = sum_t p log p = b(h) (S(h') + log b(h)) + sum over counted t of [p log p - q log q],
/// M(h) = max_t p = max(b(h) M(h'), max over counted t of p), for p is at least q;
/// below the empty context all N tokens are equally likely: S = -log N, M = 1 / N.
/// </remarks>
internal sealed class RowFigures
{
    private readonly (double[] NegativeEntropy, double[] Best)[] main;
    private readonly (double[] NegativeEntropy, double[] Best)[] lower;
    private readonly double[][] lowerProbabilities;
    private readonly SparseNGramDistribution distribution;

    public RowFigures(SparseNGramDistribution distribution)
    {
        this.distribution = distribution;
        int order = distribution.Order;
        main = new (double[], double[])[order];
        lower = new (double[], double[])[order - 1];
        lowerProbabilities = new double[order - 1][];
        for (int length = 0; length < order; length++)
        {
            main[length] = Figures(length, distribution.Main[length], null);
            if (length < order - 1)
            {
                lower[length] = Figures(
                    length,
                    distribution.Lower[length],
                    lowerProbabilities[length] = new double[distribution.Counts.Levels[length].Grams]);
            }
        }
    }

    /// <summary>Entropy of a row, in nats.</summary>
    public double Entropy(int length, int state, bool isMain) =>
        Math.Max(0, -(isMain ? main : lower)[length].NegativeEntropy[state]);

    /// <summary>The largest probability of a row.</summary>
    public double Best(int length, int state, bool isMain) => (isMain ? main : lower)[length].Best[state];

    /// <summary>
    /// The probability of a gram's token after the gram's context without its oldest token (any token, for the empty one).
    /// </summary>
    public double Shorter(int length, int gram) =>
        length == 0
            ? 1.0 / distribution.VocabularySize
            : lowerProbabilities[length - 1][distribution.Counts.Levels[length].Suffixes[gram]];

    private (double[] NegativeEntropy, double[] Best) Figures(int length, InterpolatedTable table, double[]? probabilities)
    {
        var level = distribution.Counts.Levels[length];
        var (sums, best) = (new double[level.Contexts], new double[level.Contexts]);
        for (int state = 0; state < level.Contexts; state++)
        {
            if (!level.IsSeen(state) && length > 0)
                continue;
            double left = table.BackOff(state);
            int shorter = length == 0 ? 0 : distribution.Shorten(length, state);
            var (sum, largest) = length == 0
                ? (-Math.Log(distribution.VocabularySize), 1.0 / distribution.VocabularySize)
                : (lower[length - 1].NegativeEntropy[shorter], lower[length - 1].Best[shorter]);
            sum = left > 0 ? left * (sum + Math.Log(left)) : 0; // b(h) (S(h') + log b(h))
            largest *= left; // b(h) M(h')
            for (int gram = level.Begins[state]; gram < level.Begins[state + 1]; gram++)
            {
                double inherited = left * Shorter(length, gram); // q(h t)
                double probability = table.Weight(state, gram) + inherited;
                sum += Term(probability) - Term(inherited);
                largest = Math.Max(largest, probability);
                if (probabilities is not null)
                    probabilities[gram] = probability;
            }
            (sums[state], best[state]) = (sum, largest);
        }
        return (sums, best);
    }

    private static double Term(double probability) => probability > 0 ? probability * Math.Log(probability) : 0;
}
