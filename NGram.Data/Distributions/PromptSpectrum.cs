using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.Data.Laws;

namespace NGram.Data.Distributions;

/// <summary>
/// The probabilities of all prompts of a length, descending, equal ones together: enough to tell how many prompts it takes
/// to cover a mass, and what mass the heaviest cover.
/// </summary>
public sealed class PromptSpectrum
{
    // Two numbers each: half a gigabyte.
    private const int LargestSize = 1 << 25;

    // Sums of rounded probabilities may miss a mass that exact ones meet.
    private const double Rounding = 1e-12;

    private readonly (double Probability, double Count)[] classes;

    private PromptSpectrum(Dictionary<double, double> counts) =>
        classes = [.. counts.Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Key)];

    /// <summary>The different probabilities, descending, with the number of prompts that have each (exact below 2^53).</summary>
    public IReadOnlyList<(double Probability, double Count)> Classes => classes;

    /// <summary>T0: prompts with non-zero probability.</summary>
    public double Count => classes.Sum(c => c.Count);

    /// <summary>
    /// T_eps: the fewest prompts whose probabilities add to at least 1 - epsilon (but for rounding); all of them for 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not from 0 to 1.</exception>
    public double CountFor(double epsilon)
    {
        Require.InRange(epsilon, 0, 1, nameof(epsilon));
        if (epsilon == 0)
            return Count;
        var (missing, prompts) = ((1 - epsilon) * (1 - Rounding), 0.0);
        foreach (var (probability, count) in classes)
        {
            if (missing <= probability * count)
                return prompts + Math.Max(0, Math.Ceiling(missing / probability));
            missing -= probability * count;
            prompts += count;
        }
        return prompts;
    }

    /// <summary>The mass of the heaviest <paramref name="prompts"/> prompts (all there are, if fewer).</summary>
    public double MassOf(double prompts)
    {
        double mass = 0.0;
        foreach (var (probability, count) in classes)
        {
            if (prompts <= 0)
                break;
            mass += probability * Math.Min(count, prompts);
            prompts -= count;
        }
        return Math.Min(mass, 1);
    }

    /// <summary>
    /// Where the rows of every level differ in their order alone, the spectrum is a product of the levels', without enumeration.
    /// </summary>
    internal static PromptSpectrum? OfRanks(NGramDistribution distribution, int length)
    {
        var counts = new Dictionary<double, double> { [1] = 1 };
        for (int position = 0; position < length; position++)
        {
            var level = distribution.Levels[Math.Min(position, distribution.Order - 1)];
            if (level.IsDense)
                return null;
            var weights = level
                .Weights.GroupBy(weight => weight)
                .Select(group => (Weight: group.Key, Count: group.Count()))
                .ToList();
            var next = new Dictionary<double, double>();
            foreach (var (probability, count) in counts)
            {
                foreach (var (weight, multiplicity) in weights)
                    Add(next, probability * weight, count * multiplicity, length);
            }
            counts = next;
        }
        return new(counts);
    }

    /// <summary>Goes through all prompts; the last token's are taken together, since they are most of the work.</summary>
    internal static PromptSpectrum OfPrompts(INGramDistribution distribution, int length)
    {
        Prompts.RequireAtMost(distribution, length, Prompts.DefaultLimit);
        if (length == 0)
            return new(new() { [1] = 1 });
        var counts = new Dictionary<double, double>();
        var successors = new Successors(distribution);
        foreach (var prefix in distribution.EnumeratePrompts(length - 1))
        {
            successors.Read(prefix.Tokens);
            foreach (double probability in successors.Probabilities)
                Add(counts, prefix.Probability * probability, 1, length);
        }
        return new(counts);
    }

    private static void Add(Dictionary<double, double> counts, double probability, double count, int length)
    {
        if (counts.Count == LargestSize)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Prompts of {length} tokens have more than {LargestSize:N0} different probabilities; a shorter prompt is needed."
                ),
                nameof(length));
        }

        CollectionsMarshal.GetValueRefOrAddDefault(counts, probability, out _) += count;
    }
}
