using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Bounds;
using NGram.ML.Constructions.Systems;
using NGram.ML.Models;

namespace NGram.ML.Constructions;

/// <summary>
/// Theorem 1 and Corollary 2 carried out: a one-layer attention-only transformer that gives the H min(d_h, d) + d heaviest
/// prompts, or all if there are fewer, the logits of the best sequence encoder. For a look-up table it memorises the next token
/// of that many prompts; where d >= N - 1 it represents the law exactly. Embeddings, queries, keys and values are random, which
/// makes what the heads read linearly independent for that many prompts; one linear system gives the output projections and a
/// matrix on the skip connection, which becomes part of the embeddings. Prompts of one token need no attention. Where the
/// heaviest prompts are dependent, as among few tokens, it is the independent prompts of the largest total probability.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Theorem 1, Corollary 2 and their proofs.</remarks>
public static class MemoryConstruction
{
    // Flat attention makes the heads alike, sharp attention makes the prompts alike; in between the condition number has one
    // minimum.
    private static readonly double[] Scales = [1, 3, 10, 30, 100, 300, 1000];

    /// <summary>Solves for the weights.</summary>
    /// <param name="distribution">The law.</param>
    /// <param name="architecture">
    /// One layer without an MLP, whose heads read the residual stream itself: per-head projections, or d_h = d.
    /// </param>
    /// <param name="seed">Seed of the random embeddings and matrices.</param>
    /// <exception cref="ArgumentException">
    /// The architecture is of another kind, or there are too many prompts.
    /// </exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public static Construction Create(INGramDistribution distribution, TransformerArchitecture architecture, int seed)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        var options = architecture.Options;
        Require.That(
            !options.HasMlp, nameof(options.MlpWidth), options.MlpWidth, "0: the construction has attention and no MLP");
        OneLayer.Check(architecture);
        var prompts = HeaviestPrompts.Of(
            distribution, architecture.PromptLength, AttentionAverages.RoomOf(architecture));
        if (architecture.PromptLength == 1)
            return OfSingleTokens(architecture, prompts, Targets());
        var (averages, system) = BestConditioned(architecture, prompts, seed);
        if (!double.IsFinite(system.ConditionNumber))
        {
            system.Dispose();
            prompts = MostIndependent(distribution, architecture, prompts.Count, seed);
            (averages, system) = BestConditioned(architecture, prompts, seed);
        }
        using (system)
        {
            var targets = Targets();
            var (solution, rank, condition) = system.Solve(targets.Residuals);
            var lastTokens = prompts.Select(prompt => (int)prompt.Tokens[^1]).Distinct();
            var weights = new ConstructedWeights(architecture, averages, lastTokens, solution, targets.Unembedding)
                .ToStateDict();
            BalancedWeights.Scale(weights, architecture);
            return new()
            {
                Method = ConstructionMethod.Theorem,
                Architecture = architecture,
                Parameters = Construction.Rounded(weights, architecture.Precision),
                Solved = prompts.Count,
                Rank = rank,
                ConditionNumber = condition,
                ScoreScale = averages.ScoreScale,
            };
        }

        PromptTargets Targets() => PromptTargets.Of(distribution, prompts, options.EmbeddingDimension, seed);
    }

    // A head reads only the token itself, so its average adds nothing; the embedding alone can be chosen freely.
    private static Construction OfSingleTokens(
        TransformerArchitecture architecture, List<Prompt> prompts, PromptTargets targets)
    {
        int d = architecture.Options.EmbeddingDimension;
        var parameters = Construction.Zeros(architecture);
        for (int i = 0; i < prompts.Count; i++)
            Array.Copy(targets.Residuals, i * d, parameters["word_emb.weight"].Values, prompts[i].Tokens[0] * d, d);
        targets.Unembedding.CopyTo(parameters["unemb.weight"].Values, 0);
        return new()
        {
            Method = ConstructionMethod.Theorem,
            Architecture = architecture,
            Parameters = Construction.Rounded(parameters, architecture.Precision),
            Solved = prompts.Count,
            Rank = prompts.Count,
            ConditionNumber = 1,
        };
    }

    private static (AttentionAverages Averages, LinearSystem System) BestConditioned(
        TransformerArchitecture architecture, List<Prompt> prompts, int seed)
    {
        (AttentionAverages Averages, LinearSystem System)? best = null;
        foreach (double scale in Scales)
        {
            var averages = new AttentionAverages(architecture, scale, seed);
            var system = new LinearSystem(averages.Of(prompts), prompts.Count);
            if (best is { } before && !(system.ConditionNumber < before.System.ConditionNumber))
            {
                system.Dispose();
                if (double.IsFinite(before.System.ConditionNumber))
                    return before;
                continue;
            }
            best?.System.Dispose();
            best = (averages, system);
        }
        return best!.Value;
    }

    // Independence does not depend on the scale, but the worse the condition, the harder it is to see.
    private static List<Prompt> MostIndependent(
        INGramDistribution distribution, TransformerArchitecture architecture, int room, int seed)
    {
        int length = architecture.PromptLength;
        int most = (int)Math.Min(room, BoundSetting.Of(architecture).GenericRank); // that of all sequences; some have no more
        List<Prompt> prompts = [.. HeaviestPrompts.All(distribution, length)], best = [];
        foreach (double scale in Scales)
        {
            var found = IndependentPrompts.Of(prompts, new AttentionAverages(architecture, scale, seed), most);
            if (found.Count > best.Count)
                best = found;
            if (best.Count == most)
                break;
        }
        return best;
    }
}
