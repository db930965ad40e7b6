using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Constructions.Facts;
using NGram.ML.Constructions.Systems;
using NGram.ML.Models;

namespace NGram.ML.Constructions;

/// <summary>
/// An MLP that stores the facts, in closed form: random heads give every prompt its own residual, random gates read it, and one
/// linear system gives the weights behind the gates, so that the MLP's output is the code of the next token. A code of c numbers
/// for each of T prompts takes about 2 c T / (d + 1) hidden units: the code is the longest that the width allows, from 2 to d
/// numbers.
/// </summary>
/// <remarks>
/// After Dugan and others, Constructing Efficient Fact-Storing MLPs for Transformers (2025, arXiv 2512.00207); only the abstract
/// was at hand: a gated encoder makes a short code of the fact, and a decoder reads it. The MLP here has no gates, but two units
/// make one (Bubeck and others 2020): GELU(w x + e v x) - GELU(w x - e v x) is 2 e GELU'(w x) v x up to a term in e^3, and that
/// error is corrected by solving again for the remainder. The decoder is the unembedding.
/// </remarks>
public static class FactMlpConstruction
{
    // Standard deviations of the gates' inputs to try: flat gates are all alike, sharp ones are nearly steps.
    private static readonly double[] Scales = [0.5, 1, 2, 4, 8, 16];

    private const int UnitsOfGate = 2, ShortestCode = 2;

    /// <summary>Solves for the weights.</summary>
    /// <param name="distribution">The law; a code holds the logits of its best sequence encoder of the code's dimension.</param>
    /// <param name="architecture">
    /// One layer with an MLP of one hidden layer, at least four units wide, whose heads read the residual stream itself: per-head
    /// projections, or d_h = d.
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
        RequireMlp(architecture);
        int d = architecture.Options.EmbeddingDimension;
        double prompts = distribution.CountPrompts(architecture.PromptLength);
        var (code, gates) = Sizes(prompts, d, architecture.Options.MlpWidth);
        var heaviest = HeaviestPrompts.Of(distribution, architecture.PromptLength, checked(gates * (d + 1)));
        var targets = PromptTargets.Of(distribution, heaviest, code, seed);
        var stream = new RandomStream(architecture, seed);
        double[] residuals = stream.Of(heaviest);
        double[] outputs = Outputs(targets.Residuals, residuals, code, d);
        var (gating, system) = BestConditioned(residuals, d, gates, seed);
        using (system)
        {
            var (solution, rank, condition) = system.Solve(outputs);
            var mlp = gating.ToMlp(system, solution, outputs, code);
            return new()
            {
                Method = ConstructionMethod.FactMlp,
                Architecture = architecture,
                Parameters = Construction.Rounded(
                    FactMlpWeights.ToStateDict(architecture, stream, mlp, targets.Unembedding, code), architecture.Precision),
                Solved = heaviest.Count,
                Rank = rank,
                ConditionNumber = condition,
                ScoreScale = RandomStream.ScoreScale,
            };
        }
    }

    /// <summary>The length of a code, and the number of gates for each of its numbers.</summary>
    internal static (int Code, int Gates) Sizes(double prompts, int d, int width)
    {
        double fewest = Math.Ceiling(prompts / (d + 1));
        int code = (int)Math.Clamp(width / (UnitsOfGate * fewest), ShortestCode, d);
        return (code, width / (UnitsOfGate * code));
    }

    // What is missing in the residual itself.
    private static double[] Outputs(double[] targets, double[] residuals, int code, int d)
    {
        double[] outputs = new double[targets.Length];
        for (int i = 0; i < targets.Length; i++)
            outputs[i] = targets[i] - residuals[i / code * d + i % code];
        return outputs;
    }

    private static (GatedFeatures Gating, LinearSystem System) BestConditioned(
        double[] residuals, int d, int gates, int seed)
    {
        (GatedFeatures Gating, LinearSystem System)? best = null;
        foreach (double scale in Scales)
        {
            var gating = new GatedFeatures(residuals, d, gates, scale, seed);
            var system = new LinearSystem(gating.Rows(), residuals.Length / d);
            if (best is { } before && !(system.ConditionNumber < before.System.ConditionNumber))
            {
                system.Dispose();
                continue;
            }
            best?.System.Dispose();
            best = (gating, system);
        }
        return best!.Value;
    }

    private static void RequireMlp(TransformerArchitecture architecture)
    {
        var options = architecture.Options;
        OneLayer.Check(architecture);
        Require.AtLeast(options.MlpWidth, UnitsOfGate * ShortestCode, nameof(options.MlpWidth));
        Require.That(options.MlpDepth == 1, nameof(options.MlpDepth), options.MlpDepth, "1: the facts are in one hidden layer");
    }
}
