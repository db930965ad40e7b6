using NGram.Data.Distributions;

namespace NGram.ML.Models;

/// <summary>
/// What a batch's mean cross entropy exceeds the divergence by: the law's mean entropy over the scored positions.
/// </summary>
internal static class ScoredEntropy
{
    /// <summary>
    /// Mean, in nats, of the entropy of the tokens that the scored positions predict, each under the law of its own position.
    /// </summary>
    public static double Of(INGramDistribution distribution, Architecture architecture)
    {
        double sum = 0;
        for (int position = architecture.FirstScored; position < architecture.PromptLength; position++)
            sum += distribution.EntropyAt(position + 1);
        return sum / architecture.ScoredPositions;
    }
}
