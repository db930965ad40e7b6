using System.Buffers;
using System.Numerics.Tensors;

namespace NGram.Data.Distributions;

/// <summary>
/// The law of token sequences in which every token depends on the n - 1 tokens before it: what sampling, entropy,
/// training and evaluation ask of it, and no more, so that a sparse law can serve them as well as a dense one.
/// </summary>
/// <remarks>Tokens are 0-based ids below <see cref="VocabularySize"/>; implementations are immutable and thread-safe.</remarks>
public interface INGramDistribution
{
    /// <summary>n: a token depends on the n - 1 tokens before it; at least 1.</summary>
    int Order { get; }

    /// <summary>N: the number of different tokens; at most 65,536.</summary>
    int VocabularySize { get; }

    /// <summary>
    /// The law of the token that follows <paramref name="context"/>: pi_i[context] for the first tokens of a sequence
    /// (i = context length below n - 1), pi_{n-1} of the last n - 1 tokens afterwards.
    /// </summary>
    /// <param name="context">All tokens before it, oldest first; only the last n - 1 are read.</param>
    /// <param name="probabilities">Receives N probabilities, which sum to 1.</param>
    void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities);

    /// <summary>The texts that the tokens stand for; null if they are ids alone.</summary>
    IReadOnlyList<string>? Tokens => null;

    /// <summary>The probability of the most probable token after <paramref name="context"/>: max_t pi(t | context).</summary>
    /// <param name="context">As of <see cref="GetProbabilities"/>.</param>
    double LargestProbability(ReadOnlySpan<ushort> context)
    {
        double[] row = ArrayPool<double>.Shared.Rent(VocabularySize);
        var probabilities = row.AsSpan(0, VocabularySize);
        GetProbabilities(context, probabilities);
        double largest = TensorPrimitives.Max<double>(probabilities);
        ArrayPool<double>.Shared.Return(row);
        return largest;
    }

    /// <summary>
    /// The entropy of the token at a 0-based position given the tokens before it, in nats. Beyond position n - 1 the context's
    /// law is the prior pushed through pi_{n-1}; where all rows have the same entropy that changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The position is negative, or the N^(n-1) contexts do not fit into memory.</exception>
    double EntropyAt(int position) => Entropies.OverContexts(this, position);

    /// <summary>
    /// T0: the number of prompts of S tokens with non-zero probability, exact below 2^53; null if the N^(n-1) contexts do
    /// not fit into memory.
    /// </summary>
    /// <param name="length">S, from 0.</param>
    /// <exception cref="ArgumentException">The length is negative.</exception>
    double? TryCountPrompts(int length) => ContextWeights.TryCount(this, length);

    /// <summary>
    /// The probabilities of all prompts of a length, equal ones together; null if there are too many prompts
    /// (<see cref="Prompts.DefaultLimit"/>) or too many different probabilities.
    /// </summary>
    /// <param name="length">S, from 0.</param>
    /// <exception cref="ArgumentException">The length is negative.</exception>
    PromptSpectrum? TryPromptSpectrum(int length) => PromptSpectrum.OverPrompts(this, length);

    /// <summary>Writes the tokens that can follow a context, ascending, with their probabilities.</summary>
    /// <param name="context">As of <see cref="GetProbabilities"/>.</param>
    /// <param name="tokens">Has N places.</param>
    /// <param name="probabilities">Has N places.</param>
    /// <returns>How many there are.</returns>
    internal int ReadSuccessors(ReadOnlySpan<ushort> context, Span<ushort> tokens, Span<double> probabilities) =>
        Successors.OfRow(this, context, tokens, probabilities);
}
