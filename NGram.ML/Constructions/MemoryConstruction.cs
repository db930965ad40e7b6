using System.Numerics.Tensors;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Randomness;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions;

/// <summary>
/// Theorem 1 and Corollary 2 carried out for look-up tables: an attention-only transformer of one layer that memorises the next
/// token of the H min(d_h, d) + d heaviest prompts, or of all where there are no more. Embeddings, queries, keys and values are
/// random, which makes what the heads read of so many prompts independent; one linear system gives the output projections and
/// a matrix on the skip connection, which becomes part of the embeddings. Prompts of one token need no attention.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Theorem 1, Corollary 2 and their proofs.</remarks>
public static class MemoryConstruction
{
    // Flat attention makes the heads alike, sharp attention the prompts: between the two the condition number has one minimum.
    private static readonly double[] Scales = [1, 3, 10, 30, 100, 300, 1000];

    // A memorised token has all but 1e-9 of the probability.
    private const double LogOdds = 20.7;

    // The system and its factors then take about 5 GB.
    private const int MostPrompts = 14_000;

    /// <summary>Solves for the weights.</summary>
    /// <param name="distribution">A law that leaves every prompt one possible next token.</param>
    /// <param name="architecture">
    /// One layer without an MLP, whose heads read the residual stream itself: per-head projections, or d_h = d.
    /// </param>
    /// <param name="seed">Of the random embeddings and matrices.</param>
    /// <exception cref="ArgumentException">
    /// The architecture or the law is of another kind, or there are too many prompts.
    /// </exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public static Construction Create(INGramDistribution distribution, TransformerArchitecture architecture, int seed)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        RequireOneLayer(architecture);
        var prompts = Heaviest(distribution, architecture);
        var random = new CounterRandom(CounterRandom.Key(seed, 0));
        var directions = new TokenDirections(architecture.VocabularySize, architecture.Options.EmbeddingDimension, random);
        double[] targets = Targets(distribution, prompts, directions);

        if (architecture.PromptLength == 1)
            return OfSingleTokens(architecture, prompts, targets, directions);
        var (averages, system) = BestConditioned(architecture, prompts, seed);
        using (system)
        {
            var (solution, rank, condition) = system.Solve(targets);
            return new()
            {
                Parameters = Rounded(
                    new ConstructedWeights(architecture, averages, solution, directions).ToStateDict(), architecture.Precision),
                Solved = prompts.Count,
                Rank = rank,
                ConditionNumber = condition,
                ScoreScale = averages.ScoreScale,
            };
        }
    }

    // A head reads only the token itself, so its average adds nothing; the embedding alone can be whatever is wanted of it.
    private static Construction OfSingleTokens(
        TransformerArchitecture architecture, List<Prompt> prompts, double[] targets, TokenDirections directions)
    {
        int d = architecture.Options.EmbeddingDimension;
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
            parameters.Add(name, new(shape, new double[(long)TensorShape.Count(shape)]));
        for (int i = 0; i < prompts.Count; i++)
            Array.Copy(targets, i * d, parameters["word_emb.weight"].Values, prompts[i].Tokens[0] * d, d);
        directions.Values.CopyTo(parameters["unemb.weight"].Values, 0);
        return new()
        {
            Parameters = Rounded(parameters, architecture.Precision),
            Solved = prompts.Count,
            Rank = prompts.Count,
            ConditionNumber = 1,
            ScoreScale = 0,
        };
    }

    private static StateDict Rounded(StateDict parameters, ModelPrecision precision)
    {
        if (precision == ModelPrecision.Float32)
        {
            foreach (var tensor in parameters.Values)
            {
                for (int i = 0; i < tensor.Values.Length; i++)
                    tensor.Values[i] = (float)tensor.Values[i];
            }
        }
        return parameters;
    }

    private static void RequireOneLayer(TransformerArchitecture architecture)
    {
        var options = architecture.Options;
        Require.That(options.Layers == 1, nameof(options.Layers), options.Layers, "1: the construction has one layer");
        Require.That(
            !options.HasMlp, nameof(options.MlpWidth), options.MlpWidth, "0: the construction has attention and no MLP");
        Require.AtLeast(options.EmbeddingDimension, 2, nameof(options.EmbeddingDimension));
        Require.That(
            !architecture.Compresses,
            nameof(options.Projections),
            options.Projections,
            $"{nameof(Projections.PerHead)}, or the head dimension that of the embedding");
    }

    // As many as the heads have room for; of equal ones the first.
    private static List<Prompt> Heaviest(INGramDistribution distribution, TransformerArchitecture architecture)
    {
        var prompts = distribution.EnumeratePrompts(architecture.PromptLength)
            .OrderByDescending(prompt => prompt.Probability)
            .Take(AttentionAverages.RoomOf(architecture))
            .ToList();
        Require.AtMost(prompts.Count, MostPrompts, "The number of prompts that the heads have room for");
        return prompts;
    }

    // The residual of a prompt is its token's direction, long enough for the odds against the nearest other.
    private static double[] Targets(INGramDistribution distribution, List<Prompt> prompts, TokenDirections directions)
    {
        int d = directions[0].Length;
        double length = (LogOdds + Math.Log(distribution.VocabularySize)) / (1 - directions.Nearest());
        double[] targets = new double[prompts.Count * d], row = new double[distribution.VocabularySize];
        for (int i = 0; i < prompts.Count; i++)
        {
            distribution.GetProbabilities(prompts[i].Tokens, row);
            int token = TensorPrimitives.IndexOfMax<double>(row);
            if (row[token] < 1 - 1e-12)
            {
                throw new ArgumentException(
                    "The construction memorises look-up tables: after every prompt one token must have the probability 1.",
                    nameof(distribution));
            }

            TensorPrimitives.Multiply(directions[token], length, targets.AsSpan(i * d, d));
        }
        return targets;
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
}
