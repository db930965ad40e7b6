namespace NGram.Data.Counts;

/// <summary>
/// Of every row the sum of p log p and the largest p, in time that goes with the counts: where a token was not counted after
/// a context its probability is a multiple of that after the context without the oldest token, and so are these figures.
/// </summary>
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
            sum = left > 0 ? left * (sum + Math.Log(left)) : 0;
            largest *= left;
            for (int gram = level.Begins[state]; gram < level.Begins[state + 1]; gram++)
            {
                double scaled = left * Shorter(length, gram);
                double probability = table.Weight(state, gram) + scaled;
                sum += Term(probability) - Term(scaled);
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
