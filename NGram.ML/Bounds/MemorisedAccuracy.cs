namespace NGram.ML.Bounds;

/// <summary>
/// phi(K): expected accuracy when the predictions for the K most probable prompts are right (the most probable next token)
/// and the rest are uniform guesses. With w(c) a prompt's probability,
/// phi(K) = sum over these K of w(c) max_t pi(t|c) + (1 - sum of their w(c)) / N.
/// </summary>
/// <remarks>
/// For equally probable prompts with one possible next token each, the case that the paper states, it is
/// 1/N + (1 - 1/N) min(K, T0) / T0. What a bound guarantees is K contexts; phi is their average accuracy. Among equally
/// probable prompts those with the more certain next token come first.
/// Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115).
/// </remarks>
public sealed class MemorisedAccuracy
{
    private readonly int vocabularySize;

    // Sums over the first groups of equal prompts: one prompt a group, or all of them in one.
    private readonly double groupSize;
    private readonly double[] masses;
    private readonly double[] hits;

    /// <summary>Takes any law by its prompts.</summary>
    /// <param name="vocabularySize">N: number of different tokens.</param>
    /// <param name="prompts">Each prompt's probability and the probability of its most probable next token.</param>
    public MemorisedAccuracy(int vocabularySize, IEnumerable<(double Probability, double Best)> prompts)
    {
        Require.AtLeast(vocabularySize, 1, nameof(vocabularySize));
        this.vocabularySize = vocabularySize;
        var sorted = prompts.Where(prompt => prompt.Probability > 0).ToArray();
        Array.Sort(sorted, (a, b) => b.CompareTo(a));
        Prompts = sorted.Length;
        groupSize = 1;
        masses = new double[sorted.Length + 1];
        hits = new double[sorted.Length + 1];
        for (int i = 0; i < sorted.Length; i++)
        {
            masses[i + 1] = masses[i] + sorted[i].Probability;
            hits[i + 1] = hits[i] + sorted[i].Probability * sorted[i].Best;
        }
        IsLookUp = sorted.All(prompt => prompt.Best >= 1 - 1e-12);
    }

    /// <summary>Takes a law whose prompts are equally probable, by their number, in closed form.</summary>
    /// <param name="vocabularySize">N: number of different tokens.</param>
    /// <param name="prompts">T0: number of prompts; as a real number, since it may be beyond 2^63.</param>
    /// <param name="best">Probability of every prompt's most probable next token.</param>
    public MemorisedAccuracy(int vocabularySize, double prompts, double best)
    {
        Require.AtLeast(vocabularySize, 1, nameof(vocabularySize));
        Require.AtLeast(prompts, 1, nameof(prompts));
        Require.InRange(best, 0, 1, nameof(best));
        this.vocabularySize = vocabularySize;
        Prompts = prompts;
        groupSize = prompts;
        masses = [0, 1];
        hits = [0, best];
        IsLookUp = best >= 1 - 1e-12;
    }

    /// <summary>T0: number of prompts of non-zero probability.</summary>
    public double Prompts { get; }

    /// <summary>Whether every prompt has one possible next token.</summary>
    public bool IsLookUp { get; }

    /// <summary>phi(K): the expected accuracy.</summary>
    /// <param name="contexts">K: number of memorised contexts, of which at most T0 count; at least 0.</param>
    public double For(long contexts)
    {
        Require.AtLeast(contexts, 0, nameof(contexts));
        double groups = Math.Min(contexts, Prompts) / groupSize;
        int whole = (int)groups, next = Math.Min(whole + 1, masses.Length - 1);
        double part = groups - whole;
        double mass = masses[whole] + part * (masses[next] - masses[whole]);
        return hits[whole] + part * (hits[next] - hits[whole]) + Math.Max(0, 1 - mass) / vocabularySize;
    }
}
