using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Randomness;

namespace NGram.Data.Laws;

/// <summary>
/// A law on the condition that its first n - 1 tokens are one of a random subset of prompts: the levels before the last change,
/// what follows a prompt does not.
/// </summary>
internal static class PromptSubset
{
    // Levels draw with the coordinates 0 to LargestOrder - 1.
    private const int Coordinate = NGramLaw.LargestOrder;

    /// <summary>Restricts the levels of a distribution in place.</summary>
    /// <param name="levels">At least 2.</param>
    /// <param name="prompts">How many prompts are kept.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <exception cref="ArgumentException">There are fewer prompts, or the levels do not fit into memory.</exception>
    public static void Restrict(NGramLevel[] levels, int prompts, int seed)
    {
        int n = levels[0].VocabularySize;
        var distribution = new NGramDistribution(n, [.. levels], provenance: null);
        double[] masses = ContextWeights.Probabilities(distribution, levels.Length - 1).Values;
        if (!Keep(masses, prompts, seed))
            return;
        for (int level = levels.Length - 2; level >= 0; level--)
        {
            var (rows, sums) = (masses, new double[masses.Length / n]);
            for (int context = 0; context < sums.Length; context++)
            {
                var row = rows.AsSpan(context * n, n);
                foreach (double mass in row)
                    sums[context] += mass;
                // Behind a prefix that never occurs the law stays as it was.
                if (sums[context] == 0)
                    levels[level].CopyRow(levels[level].IsUniform ? 0 : context, row);
                else
                    Divide(row, sums[context]);
            }
            levels[level] = NGramLevel.FromRows(n, level, rows);
            masses = sums;
        }
    }

    /// <summary>Sets the masses of all others to 0.</summary>
    /// <returns>Whether there are others.</returns>
    private static bool Keep(double[] masses, int prompts, int seed)
    {
        int[] possible = [.. Enumerable.Range(0, masses.Length).Where(row => masses[row] > 0)];
        Require.InRange(prompts, 1, possible.Length, nameof(NGramLaw.Prompts));
        // The first draws of a Fisher-Yates shuffle: more draws only add to them.
        var random = new CounterRandom(CounterRandom.Key(seed, Coordinate));
        for (int i = 0; i < prompts; i++)
        {
            int drawn = i + random.Next(possible.Length - i);
            (possible[i], possible[drawn]) = (possible[drawn], possible[i]);
        }
        foreach (int row in possible.AsSpan(prompts))
            masses[row] = 0;
        return prompts < possible.Length;
    }

    private static void Divide(Span<double> row, double sum)
    {
        foreach (ref double mass in row)
            mass /= sum;
    }
}
