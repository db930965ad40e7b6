using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.ML.Constructions.Systems;

/// <summary>The prompts that a construction has room for.</summary>
internal static class HeaviestPrompts
{
    // A linear system with this many equations and its factors take about 5 GB.
    private const int Most = 14_000;

    /// <summary>As many as a system has unknowns, by descending probability; among equals, the first.</summary>
    /// <exception cref="ArgumentException">There are too many to solve for.</exception>
    public static List<Prompt> Of(INGramDistribution distribution, int length, int unknowns)
    {
        var prompts = All(distribution, length).Take(unknowns).ToList();
        Require.AtMost(prompts.Count, Most, "The number of prompts that the model has room for");
        return prompts;
    }

    /// <summary>All, in the same order.</summary>
    public static IEnumerable<Prompt> All(INGramDistribution distribution, int length) =>
        distribution.EnumeratePrompts(length).OrderByDescending(prompt => prompt.Probability);
}
