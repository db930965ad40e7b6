using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Prediction;

namespace NGram.ML.Experiments;

/// <summary>Which of a law's prompts a training has seen.</summary>
internal static class SampleCoverage
{
    private const int BlockRows = 4096;

    /// <summary>The share of the law's prompts, by probability, that the rows begin with.</summary>
    /// <param name="distribution">The law; its prompts are gone through.</param>
    /// <param name="rows">Sequences of its ids.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static double Of(INGramDistribution distribution, SequenceDataView rows, CancellationToken cancellationToken = default)
    {
        int length = rows.ContextWindow - 1;
        // Rows from a file may have prompts that the law does not; drawn rows cannot: the search ends with the last prompt.
        double most = rows.Sampler is null ? double.PositiveInfinity : distribution.CountPrompts(length);
        var seen = new HashSet<ushort[]>(new PromptComparer()).GetAlternateLookup<ReadOnlySpan<ushort>>();
        foreach (var block in rows.Blocks(BlockRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < block.Rows; row++)
            {
                if (seen.Add(block[row][..length]) && seen.Set.Count >= most)
                    return 1;
            }
        }
        return distribution
            .EnumeratePrompts(length)
            .Where(prompt => seen.Contains(prompt.Tokens))
            .Sum(prompt => prompt.Probability);
    }
}
