using System.Numerics.Tensors;
using NGram.Data.Distributions;

namespace NGram.ML.Inspection;

/// <summary>The best predictor that sees only the last token of a prompt: the law of the next token given that token.</summary>
internal sealed class LastTokenLaw
{
    private readonly double[] rows; // [N, N]
    private readonly int n;

    /// <param name="distribution">The law.</param>
    /// <param name="length">Tokens of a prompt.</param>
    /// <param name="promptLimit">Maximum number of prompts to go through.</param>
    /// <exception cref="ArgumentException">There are more prompts than the limit.</exception>
    public LastTokenLaw(INGramDistribution distribution, int length, double promptLimit)
    {
        n = distribution.VocabularySize;
        rows = new double[n * n];
        double[] law = new double[n], masses = new double[n];
        foreach (var prompt in distribution.EnumeratePrompts(length, promptLimit))
        {
            int last = prompt.Tokens[^1];
            distribution.GetProbabilities(prompt.Tokens, law);
            var row = rows.AsSpan(last * n, n);
            TensorPrimitives.MultiplyAdd(law, prompt.Probability, row, row);
            masses[last] += prompt.Probability;
        }
        for (int token = 0; token < n; token++)
        {
            var row = rows.AsSpan(token * n, n);
            if (masses[token] > 0)
                TensorPrimitives.Divide(row, masses[token], row);
        }
    }

    /// <summary>The law after a token.</summary>
    public ReadOnlySpan<double> After(ushort token) => rows.AsSpan(token * n, n);
}
