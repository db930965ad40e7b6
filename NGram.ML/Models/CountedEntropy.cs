using NGram.Data.Distributions;

namespace NGram.ML.Models;

/// <summary>
/// What a batch's mean cross entropy exceeds the divergence by: the law's mean entropy over the counted positions.
/// </summary>
internal static class CountedEntropy
{
    /// <summary>
    /// Mean, in nats, of the entropy of the tokens that the counted positions predict, each under the law of its own position.
    /// </summary>
    public static double Of(INGramDistribution law, Architecture architecture)
    {
        double sum = 0;
        for (int position = architecture.FirstCounted; position < architecture.PromptLength; position++)
            sum += law.EntropyAt(position + 1);
        return sum / architecture.CountedPositions;
    }
}
