using System.Runtime.InteropServices;
using NGram.Data.Checks;

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
    /// T_eps: the fewest prompts whose probabilities add to at least (1 - epsilon) (1 - 1e-12), a mass that exact probabilities
    /// meet and rounded ones might miss; all of them for 0.
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
    /// <param name="levels">The probabilities that every row of a position's level holds, from the first position on.</param>
    /// <returns>Null where there are too many different probabilities.</returns>
    internal static PromptSpectrum? OverRanks(IEnumerable<double[]> levels)
    {
        var counts = new Dictionary<double, double> { [1] = 1 };
        foreach (double[] level in levels)
        {
            var weights = level.GroupBy(weight => weight).Select(group => (Weight: group.Key, Count: group.Count())).ToList();
            var next = new Dictionary<double, double>();
            foreach (var (probability, count) in counts)
            {
                foreach (var (weight, multiplicity) in weights)
                {
                    if (!TryAdd(next, probability * weight, count * multiplicity))
                        return null;
                }
            }
            counts = next;
        }
        return new(counts);
    }

    /// <summary>Goes through all prompts; the last token's are taken together, since they are most of the work.</summary>
    /// <returns>Null where there are too many prompts, or too many different probabilities.</returns>
    internal static PromptSpectrum? OverPrompts(INGramDistribution distribution, int length)
    {
        if (distribution.TryCountPrompts(length) is not <= Prompts.DefaultLimit)
            return null;
        if (length == 0)
            return new(new() { [1] = 1 });
        var counts = new Dictionary<double, double>();
        var successors = new Successors(distribution);
        foreach (var prefix in distribution.EnumeratePrompts(length - 1))
        {
            successors.Read(prefix.Tokens);
            foreach (double probability in successors.Probabilities)
            {
                if (!TryAdd(counts, prefix.Probability * probability, 1))
                    return null;
            }
        }
        return new(counts);
    }

    private static bool TryAdd(Dictionary<double, double> counts, double probability, double count)
    {
        if (counts.Count == LargestSize)
            return false;
        CollectionsMarshal.GetValueRefOrAddDefault(counts, probability, out _) += count;
        return true;
    }
}
