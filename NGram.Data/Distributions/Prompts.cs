using System.Globalization;
using NGram.Data.Checks;

namespace NGram.Data.Distributions;

/// <summary>The prompts of S tokens that a distribution can give: their number, their probabilities, and each of them.</summary>
public static class Prompts
{
    /// <summary>How many prompts are enumerated at most, unless another limit is asked for.</summary>
    public const double DefaultLimit = 1e8;

    /// <summary>T0: number of prompts with non-zero probability, by counting per context. Exact below 2^53.</summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="length">S, from 0.</param>
    /// <exception cref="ArgumentException">The length is negative, or the N^(n-1) contexts do not fit into memory.</exception>
    public static double CountPrompts(this INGramDistribution distribution, int length)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return distribution.TryCountPrompts(length) ?? throw Uncountable(distribution, length);
    }

    /// <summary>
    /// T_eps: the fewest prompts whose probabilities add to at least 1 - epsilon (summed in double, within 1e-12 of it for
    /// rounding); T0 for epsilon 0.
    /// </summary>
    /// <exception cref="ArgumentException">A value is out of range, or there are too many prompts to weigh each.</exception>
    public static double CountPrompts(this INGramDistribution distribution, int length, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.InRange(epsilon, 0, 1, nameof(epsilon));
        return epsilon == 0 ? distribution.CountPrompts(length) : distribution.PromptSpectrum(length).CountFor(epsilon);
    }

    /// <summary>As <see cref="CountPrompts(INGramDistribution, int, double)"/>, null if there are too many.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static double? TryCountPrompts(this INGramDistribution distribution, int length, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.InRange(epsilon, 0, 1, nameof(epsilon));
        return epsilon == 0
            ? distribution.TryCountPrompts(length)
            : distribution.TryPromptSpectrum(length)?.CountFor(epsilon);
    }

    /// <summary>The probabilities of all prompts of a length, equal ones together.</summary>
    /// <exception cref="ArgumentException">There are too many prompts, or too many different probabilities.</exception>
    public static PromptSpectrum PromptSpectrum(this INGramDistribution distribution, int length)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        if (distribution.TryPromptSpectrum(length) is { } spectrum)
            return spectrum;
        RequireAtMost(distribution, length, DefaultLimit);
        throw new ArgumentException(
            FormattableString.Invariant(
                $"Prompts of {length} tokens have too many different probabilities to hold; a shorter prompt is needed."),
            nameof(length));
    }

    /// <summary>The probability of every prompt of a length, descending, zeros left out.</summary>
    /// <inheritdoc cref="PromptSpectrum" path="/exception"/>
    public static IEnumerable<double> PromptProbabilities(this INGramDistribution distribution, int length)
    {
        foreach (var (probability, count) in distribution.PromptSpectrum(length).Classes)
        {
            for (double i = 0.0; i < count; i++)
                yield return probability;
        }
    }

    /// <summary>
    /// Every prompt of a length with non-zero probability, in lexicographic order, one after another: memory does not grow with
    /// their number.
    /// </summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="length">S, from 0.</param>
    /// <param name="limit">The most prompts to go through.</param>
    /// <exception cref="ArgumentException">There are more; the message names their number.</exception>
    public static IEnumerable<Prompt> EnumeratePrompts(
        this INGramDistribution distribution,
        int length,
        double limit = DefaultLimit)
    {
        RequireAtMost(distribution, length, limit);
        return Walk(distribution, length);
    }

    private static void RequireAtMost(INGramDistribution distribution, int length, double limit)
    {
        double count = distribution.CountPrompts(length);
        if (count > limit)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"There are {count:G15} prompts of {length} tokens, more than the limit of {limit:G15}."),
                nameof(length));
        }
    }

    private static ArgumentException Uncountable(INGramDistribution distribution, int length) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Prompts of {length} tokens cannot be counted: a number for each of the "
                + $"{distribution.VocabularySize}^{Math.Min(length, distribution.Order - 1)} contexts does not fit into memory."),
            nameof(length));

    private static IEnumerable<Prompt> Walk(INGramDistribution distribution, int length)
    {
        ushort[] tokens = new ushort[length];
        double[] masses = new double[length + 1];
        var branches = new Successors[length];
        int[] next = new int[length];
        masses[0] = 1;
        int depth = 0;
        if (length == 0)
            yield return new([], 1);
        else
            Open(depth);
        while (length > 0 && depth >= 0)
        {
            var branch = branches[depth];
            if (next[depth] == branch.Tokens.Length)
            {
                depth--;
                continue;
            }
            tokens[depth] = branch.Tokens[next[depth]];
            masses[depth + 1] = masses[depth] * branch.Probabilities[next[depth]++];
            if (depth == length - 1)
                yield return new([.. tokens], masses[length]);
            else
                Open(++depth);
        }

        void Open(int at)
        {
            branches[at] ??= new(distribution);
            branches[at].Read(tokens.AsSpan(0, at));
            next[at] = 0;
        }
    }
}
