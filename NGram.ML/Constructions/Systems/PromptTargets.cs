using System.Numerics.Tensors;
using NGram.Data.Distributions;
using NGram.Data.Randomness;
using NGram.Data.Sequences;
using NGram.ML.Native;
using NGram.ML.Optimum;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// Where a construction puts the residual of every prompt, and the unembedding that reads the law of its next token there.
/// </summary>
/// <param name="Unembedding">[N, d].</param>
/// <param name="Residuals">[prompts, d].</param>
internal sealed record PromptTargets(double[] Unembedding, double[] Residuals)
{
    // A token that is impossible gets the probability 1e-9 / N.
    private const double LogOdds = 20.7;

    // Closer to an infimum at infinity, where impossible tokens may have it, residuals would be too large for a linear system.
    private const double LeastPenalty = 1e-6;

    // Smaller singular values of the residuals are rounding errors.
    private const double LeastShare = 1e-10;

    /// <summary>Stands for the logarithm of a probability of 0.</summary>
    public static double ImpossibleLogit(int vocabularySize) => -LogOdds - Math.Log(vocabularySize);

    /// <summary>
    /// The logits are log pi where d >= N - 1 (Proposition 2), the direction of the next token where the law is a look-up table
    /// (Proposition 3), and otherwise those of the best sequence encoder, found by a search. Coordinates that this does not need
    /// are random, since a construction inverts the matrix that makes residuals.
    /// </summary>
    public static PromptTargets Of(INGramDistribution distribution, IReadOnlyList<Prompt> prompts, int d, int seed)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, 0));
        var targets = d >= distribution.VocabularySize - 1 ? OfLaw(distribution, prompts, d)
            : prompts.All(prompt => distribution.LargestProbability(prompt.Tokens) >= 1 - 1e-12)
                ? OfLookUp(distribution, prompts, d, random)
                : OfOptimum(distribution, prompts, d, seed);
        return Spread(targets, d, ref random);
    }

    private static PromptTargets OfLookUp(
        INGramDistribution distribution, IReadOnlyList<Prompt> prompts, int d, CounterRandom random)
    {
        int n = distribution.VocabularySize;
        var directions = new TokenDirections(n, d, random);
        double length = -ImpossibleLogit(n) / (1 - directions.Nearest());
        double[] residuals = new double[prompts.Count * d], law = new double[n];
        for (int i = 0; i < prompts.Count; i++)
        {
            distribution.GetProbabilities(prompts[i].Tokens, law);
            int token = TensorPrimitives.IndexOfMax<double>(law);
            TensorPrimitives.Multiply(directions[token], length, residuals.AsSpan(i * d, d));
        }
        return new(directions.Values, residuals);
    }

    private static PromptTargets OfOptimum(INGramDistribution distribution, IReadOnlyList<Prompt> prompts, int d, int seed)
    {
        int n = distribution.VocabularySize, length = distribution.Order - 1;
        var optimum = SequenceEncoderOptimum.Find(
            distribution,
            new()
            {
                VocabularySize = n,
                ContextWindow = SequenceSampler.ShortestWindow(distribution.Order),
                Order = distribution.Order,
                Options = new() { EmbeddingDimension = d },
            },
            new() { Seed = seed, LeastPenalty = LeastPenalty });
        double[] encodings = optimum.Parameters!["word_emb.weight"].Values, residuals = new double[prompts.Count * d];
        for (int i = 0; i < prompts.Count; i++)
        {
            long context = ContextIndex.Of(prompts[i].Tokens.AsSpan(^length..), n);
            Array.Copy(encodings, context * d, residuals, i * d, d);
        }
        return new(optimum.Parameters["unemb.weight"].Values, residuals);
    }

    private static PromptTargets OfLaw(INGramDistribution distribution, IReadOnlyList<Prompt> prompts, int d)
    {
        var basis = new TokenDirections(distribution.VocabularySize, d);
        double[] residuals = new double[prompts.Count * d], law = new double[distribution.VocabularySize];
        for (int i = 0; i < prompts.Count; i++)
        {
            distribution.GetProbabilities(prompts[i].Tokens, law);
            Encode(law, basis, residuals.AsSpan(i * d, d));
        }
        return new(basis.Values, residuals);
    }

    // The unembedding's columns are orthonormal and orthogonal to (1, ..., 1): what log pi loses moves all logits equally.
    private static void Encode(double[] law, TokenDirections basis, Span<double> residual)
    {
        double impossible = ImpossibleLogit(law.Length);
        for (int token = 0; token < law.Length; token++)
        {
            double logit = law[token] > 0 ? Math.Log(law[token]) : impossible;
            TensorPrimitives.MultiplyAdd(basis[token], logit, residual, residual);
        }
    }

    // In coordinates where the residuals fill the first ones: the others are free, and the unembedding does not read them.
    private static PromptTargets Spread(PromptTargets targets, int d, ref CounterRandom random)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        var residuals = tensor(targets.Residuals, targets.Residuals.Length / d, d);
        var (_, s, v) = linalg.svd(residuals, fullMatrices: false);
        double[] singular = s.data<double>().ToArray();
        int rank = singular.Count(value => value > LeastShare * singular[0]);
        if (rank == d)
            return targets;
        var axes = v.slice(0, 0, rank, 1).t();
        double[] unembedding = Padded(tensor(targets.Unembedding, targets.Unembedding.Length / d, d).mm(axes), d);
        double[] spread = Padded(residuals.mm(axes), d);
        double deviation = rank > 0 ? singular[0] / Math.Sqrt(residuals.shape[0]) : 1;
        for (int i = 0; i < spread.Length; i++)
        {
            if (i % d >= rank)
                spread[i] = deviation * random.NextNormal();
        }
        return new(unembedding, spread);
    }

    private static double[] Padded(Tensor columns, int width)
    {
        var padded = nn.functional.pad(columns, [0, width - columns.shape[1]]);
        return padded.contiguous().data<double>().ToArray();
    }
}
