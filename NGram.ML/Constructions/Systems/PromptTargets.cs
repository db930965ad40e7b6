using System.Numerics.Tensors;
using NGram.Data.Distributions;
using NGram.Data.Randomness;
using NGram.ML.Native;
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
    // An impossible token of N tokens has 1e-9 / N of the probability.
    private const double LogOdds = 20.7;

    // Smaller singular values of the residuals are rounding.
    private const double LeastShare = 1e-10;

    /// <summary>Stands for the logarithm of a probability of 0.</summary>
    public static double ImpossibleLogit(int vocabularySize) => -LogOdds - Math.Log(vocabularySize);

    /// <summary>
    /// Logits log pi where d >= N - 1 (Proposition 2), the direction of the next token where the law is a look-up table
    /// (Proposition 3). Coordinates that this does not need are random: a construction inverts a matrix that makes residuals.
    /// </summary>
    /// <exception cref="ArgumentException">The law is neither a look-up table nor of at most d + 1 tokens.</exception>
    public static PromptTargets Of(INGramDistribution distribution, IReadOnlyList<Prompt> prompts, int d, int seed)
    {
        int n = distribution.VocabularySize;
        var random = new CounterRandom(CounterRandom.Key(seed, 0));
        double[] law = new double[n];
        var exact = d >= n - 1 ? new TokenDirections(n, d) : new TokenDirections(n, d, random);
        double length = -ImpossibleLogit(n) / (1 - exact.Nearest());
        double[] residuals = new double[prompts.Count * d];
        for (int i = 0; i < prompts.Count; i++)
        {
            distribution.GetProbabilities(prompts[i].Tokens, law);
            var residual = residuals.AsSpan(i * d, d);
            if (d >= n - 1)
                Encode(law, exact, residual);
            else if (TensorPrimitives.IndexOfMax<double>(law) is var token && law[token] >= 1 - 1e-12)
                TensorPrimitives.Multiply(exact[token], length, residual);
            else
                throw NotALookUp(n, nameof(distribution));
        }
        return Spread(new(exact.Values, residuals), d, ref random);
    }

    // The unembedding's columns are orthonormal and orthogonal to (1, ..., 1): what is lost of log pi moves all logits alike.
    private static void Encode(double[] law, TokenDirections basis, Span<double> residual)
    {
        double impossible = ImpossibleLogit(law.Length);
        for (int token = 0; token < law.Length; token++)
        {
            double logit = law[token] > 0 ? Math.Log(law[token]) : impossible;
            TensorPrimitives.MultiplyAdd(basis[token], logit, residual, residual);
        }
    }

    private static ArgumentException NotALookUp(int n, string parameter) => new(
        "The construction is for look-up tables, in which one token after every prompt has the probability 1, and for "
        + FormattableString.Invariant($"vocabularies of at most d + 1 tokens; this law has {n}, and several after a prompt."),
        parameter);

    // In coordinates in which the residuals fill the first ones: the others are free, and the unembedding does not read them.
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
