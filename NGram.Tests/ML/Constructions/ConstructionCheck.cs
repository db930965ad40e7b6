using NGram.Data.Distributions;
using NGram.ML.Constructions;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Constructions;

/// <summary>What a construction predicts, by a forward pass in loops.</summary>
internal static class ConstructionCheck
{
    /// <summary>sum_t pi(t|c) log(pi(t|c) / p(t|c)) at the last token of a prompt.</summary>
    public static double Divergence(INGramDistribution law, Construction built, ReadOnlySpan<ushort> prompt)
    {
        double[] row = new double[law.VocabularySize];
        law.GetProbabilities(prompt, row);
        double[] logits = BruteForce.Logits(built.Architecture, built.Parameters, prompt)[^1];
        double most = logits.Max(), logSum = most + Math.Log(logits.Sum(logit => Math.Exp(logit - most)));
        return row.Zip(logits).Sum(pair => pair.First > 0 ? pair.First * (Math.Log(pair.First) - pair.Second + logSum) : 0);
    }

    /// <summary>Whether the largest logit is the law's most probable token's.</summary>
    public static bool Holds(INGramDistribution law, Construction built, ReadOnlySpan<ushort> prompt)
    {
        double[] row = new double[law.VocabularySize];
        law.GetProbabilities(prompt, row);
        double[] logits = BruteForce.Logits(built.Architecture, built.Parameters, prompt)[^1];
        return Array.IndexOf(logits, logits.Max()) == Array.IndexOf(row, row.Max());
    }
}
