using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;

namespace NGram.ML.Constructions;

/// <summary>
/// Represents any n-gram law exactly, with attention that finds the n - 1 tokens of the context and an MLP that is the table:
/// tokens are one-hot, head i copies the token i places back into its own slot, each hidden unit is on for exactly one context,
/// and its output is the logarithm of the context's law. Nothing is solved for, and nothing depends on a seed.
/// </summary>
/// <remarks>
/// After Svete and Cotterell, Transformers Can Represent n-gram Language Models (NAACL 2024, arXiv 2404.14994); only the abstract
/// was at hand: n - 1 heads represent any n-gram law exactly. The architecture here differs: attention is a softmax, so sharp
/// that other places weigh less than exp(-200), where theirs is hard; the last token arrives through the skip connection, so that
/// n - 2 heads are enough; the slots are one-hot, so that d = (n - 1) N + 2, with the position on a circle; the table is an MLP
/// with N^(n-1) GELU units, since logits are linear in the residual stream; a token of probability 0 gets 1e-9 / N; contexts that
/// are not yet full, at the beginning of a sequence, are not modelled.
/// </remarks>
public static class NGramConstruction
{
    // GELU(Sharpness) is Sharpness and GELU(-Sharpness) is 0 in double.
    private const double Sharpness = 16;

    // How far the score of the place that a head looks for is above all others.
    private const double ScoreGap = 200;

    /// <summary>The model that holds a law.</summary>
    /// <param name="distribution">The law, of order 2 at least.</param>
    /// <param name="contextWindow">Tokens of a sequence, the one to predict included; at least the order.</param>
    /// <param name="precision">Precision of the parameters.</param>
    /// <exception cref="ArgumentException">
    /// The order or the context window is too small, or there are more than 65,536 contexts.
    /// </exception>
    public static Construction Create(
        INGramDistribution distribution, int contextWindow, ModelPrecision precision = ModelPrecision.Float64)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.AtLeast(distribution.Order, 2, nameof(distribution.Order));
        Require.AtLeast(contextWindow, distribution.Order, nameof(contextWindow));
        var contexts = Contexts(distribution);
        int n = distribution.VocabularySize, slots = distribution.Order - 1;
        Require.AtMost((slots * (long)n) + 2, TransformerOptions.LargestDimension, "The dimension (n - 1) N + 2");
        Require.AtMost(contexts.Count, TransformerOptions.LargestDimension, "The number of contexts");
        var architecture = new TransformerArchitecture
        {
            VocabularySize = n,
            ContextWindow = contextWindow,
            Order = distribution.Order,
            Options = new()
            {
                EmbeddingDimension = slots * n + 2,
                HeadDimension = Math.Max(n, 2),
                Heads = Math.Max(1, slots - 1),
                MlpWidth = contexts.Count,
                Projections = Projections.PerHead,
                Precision = precision,
            },
        };
        var weights = new NGramWeights(architecture, Sharpness, ScoreGap);
        double[] law = new double[n];
        foreach (var (unit, context) in contexts.Index())
        {
            distribution.GetProbabilities(context, law);
            weights.SetContext(unit, context, law);
        }
        return new()
        {
            Method = ConstructionMethod.NGram,
            Architecture = architecture,
            Parameters = Construction.Rounded(weights.Parameters, precision),
            Solved = contexts.Count,
            Rank = contexts.Count,
            ConditionNumber = 1, // the hidden units are one-hot
        };
    }

    // The contexts of full length that can occur anywhere in a sequence: the initial ones, and those reachable from them.
    private static List<ushort[]> Contexts(INGramDistribution distribution)
    {
        int length = distribution.Order - 1;
        HashSet<string> known = [];
        List<ushort[]> contexts = [];
        void Add(ushort[] context)
        {
            if (known.Add(string.Join(' ', context)))
                contexts.Add(context);
        }
        foreach (var prompt in distribution.EnumeratePrompts(length, TransformerOptions.LargestDimension))
            Add(prompt.Tokens);
        double[] law = new double[distribution.VocabularySize];
        for (int i = 0; i < contexts.Count && i < TransformerOptions.LargestDimension; i++)
        {
            distribution.GetProbabilities(contexts[i], law);
            for (int token = 0; token < law.Length; token++)
            {
                if (law[token] > 0)
                    Add([.. contexts[i][1..], (ushort)token]);
            }
        }
        return contexts;
    }
}
