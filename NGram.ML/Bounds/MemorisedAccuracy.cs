using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Distributions;

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
    // A row's largest probability is looked for in 2^30 probabilities at most, about a second; prompts are weighed up to 2^24.
    private const double MostProbabilities = 1 << 30, MostPrompts = 1 << 24, HeaviestPrompts = 1 << 20;

    private readonly int vocabularySize;
    private readonly (double Probability, double Best, double Count)[] classes;

    /// <summary>Takes any law by its prompts, equal ones together.</summary>
    /// <param name="vocabularySize">N: number of different tokens.</param>
    /// <param name="classes">
    /// A prompt's probability, the probability of its most probable next token, and the number of such prompts.
    /// </param>
    public MemorisedAccuracy(int vocabularySize, IEnumerable<(double Probability, double Best, double Count)> classes)
    {
        Require.AtLeast(vocabularySize, 1, nameof(vocabularySize));
        this.vocabularySize = vocabularySize;
        this.classes = [.. classes.OrderByDescending(c => c.Probability).ThenByDescending(c => c.Best)];
        Prompts = this.classes.Sum(c => c.Count);
        IsLookUp = this.classes.All(c => c.Best >= 1 - 1e-12);
    }

    /// <summary>T0: number of prompts of non-zero probability; a real number, since it may be beyond 2^63.</summary>
    public double Prompts { get; }

    /// <summary>Whether every prompt has one possible next token.</summary>
    public bool IsLookUp { get; }

    /// <summary>
    /// Takes the prompts of a distribution; null if there are too many: more than 2^24 of different certainty, or contexts
    /// with more than 2^30 probabilities. Of a sparse law the 2^20 heaviest prompts count each for itself and the rest by their
    /// mean, which makes phi of more than so many contexts smaller than it is.
    /// </summary>
    /// <param name="distribution">The law.</param>
    /// <param name="promptLength">S: tokens of a prompt; at least n - 1.</param>
    public static MemorisedAccuracy? Of(INGramDistribution distribution, int promptLength)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.AtLeast(promptLength, distribution.Order - 1, nameof(promptLength));
        if (distribution.TryCountPrompts(promptLength) is not { } prompts)
            return null;
        if (distribution.EntropyAt(promptLength) == 0)
            return OfEqualRows(distribution, promptLength, 1);
        if (distribution is SparseNGramDistribution sparse)
            return OfHeaviest(sparse, promptLength);
        if (ContextIndex.Count(distribution.VocabularySize, distribution.Order) > MostProbabilities)
            return null;
        double[] best = BestByContext(distribution);
        if (best.All(probability => Math.Abs(probability - best[0]) < 1e-12))
            return OfEqualRows(distribution, promptLength, best[0]);
        if (prompts > MostPrompts)
            return null;
        return new(distribution.VocabularySize, distribution.EnumeratePrompts(promptLength, MostPrompts).Select(prompt =>
            (prompt.Probability, best[Row(prompt.Tokens, distribution)], 1.0)));
    }

    /// <summary>phi(K): the expected accuracy.</summary>
    /// <param name="contexts">K: number of memorised contexts, of which at most T0 count; at least 0.</param>
    public double For(long contexts)
    {
        Require.AtLeast(contexts, 0, nameof(contexts));
        double left = contexts, mass = 0, accuracy = 0;
        foreach (var (probability, best, count) in classes)
        {
            double weight = probability * Math.Min(left, count);
            mass += weight;
            accuracy += weight * best;
            left -= count;
            if (left <= 0)
                break;
        }
        return accuracy + Math.Max(0, 1 - mass) / vocabularySize;
    }

    private static MemorisedAccuracy? OfHeaviest(SparseNGramDistribution distribution, int promptLength)
    {
        if (((INGramDistribution)distribution).TryPromptSpectrum(promptLength) is not { Classes: var classes })
            return null;
        double heaviest = 0, least = double.PositiveInfinity;
        foreach (var (probability, count) in classes)
        {
            if (heaviest + count > HeaviestPrompts)
                break;
            (heaviest, least) = (heaviest + count, probability);
        }
        var prompts = Heaviest(distribution, promptLength, least).ToList();
        double rest = classes.Sum(c => c.Count) - heaviest, mass = 1 - prompts.Sum(prompt => prompt.Probability);
        if (rest > 0 && mass > 0)
        {
            double best = distribution.BestAccuracyAt(promptLength) - prompts.Sum(prompt => prompt.Probability * prompt.Best);
            prompts.Add((mass / rest, Math.Clamp(best / mass, 0, 1), rest));
        }
        return new(distribution.VocabularySize, prompts);
    }

    private static IEnumerable<(double Probability, double Best, double Count)> Heaviest(
        SparseNGramDistribution distribution,
        int promptLength,
        double least)
    {
        double[] row = new double[distribution.VocabularySize];
        ushort[] prompt = new ushort[promptLength];
        foreach (var prefix in distribution.EnumeratePrompts(promptLength - 1))
        {
            distribution.GetProbabilities(prefix.Tokens, row);
            prefix.Tokens.CopyTo(prompt, 0);
            for (int token = 0; token < row.Length; token++)
            {
                double probability = prefix.Probability * row[token];
                if (probability < least || probability == 0)
                    continue;
                prompt[^1] = (ushort)token;
                yield return (probability, distribution.LargestProbability(prompt), 1);
            }
        }
    }

    private static MemorisedAccuracy? OfEqualRows(INGramDistribution distribution, int promptLength, double best) =>
        distribution.TryPromptSpectrum(promptLength) is { } spectrum
            ? new(distribution.VocabularySize, spectrum.Classes.Select(c => (c.Probability, best, c.Count)))
            : null;

    private static double[] BestByContext(INGramDistribution distribution)
    {
        double[] best = new double[(int)ContextIndex.Count(distribution.VocabularySize, distribution.Order - 1)];
        ushort[] context = new ushort[distribution.Order - 1];
        for (int index = 0; index < best.Length; index++)
        {
            ContextIndex.Decode(index, distribution.VocabularySize, context);
            best[index] = distribution.LargestProbability(context);
        }
        return best;
    }

    private static long Row(ushort[] prompt, INGramDistribution distribution) =>
        ContextIndex.RowOf(prompt.AsSpan(prompt.Length - distribution.Order + 1), distribution.VocabularySize);
}
