using NGram.ML.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>
/// One free embedding for every context of n - 1 tokens: logits = word_emb[context index] unemb^T, the best predictor of its
/// embedding dimension.
/// </summary>
/// <remarks>
/// The index of a context is the sum of its tokens times N^j, oldest token first. A position whose context is not full has no
/// embedding of its own and reads row 0, as the original does; it does not count.
/// </remarks>
public sealed class SequenceEncoder : NextTokenModel
{
    private readonly Parameter contextEmbedding; // [N^(n-1), d]
    private readonly Parameter unembedding;      // [N, d]
    private readonly Scalar vocabularySize; // kept: nothing would refer to a temporary one while libtorch reads it

    /// <summary>A sequence encoder whose parameters are all 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public SequenceEncoder(SequenceEncoderArchitecture architecture) : base(nameof(SequenceEncoder))
    {
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        Architecture = architecture;
        var options = architecture.Options;
        contextEmbedding = Empty(options.Precision, architecture.Contexts, options.EmbeddingDimension);
        unembedding = Empty(options.Precision, architecture.VocabularySize, options.EmbeddingDimension);
        vocabularySize = (long)architecture.VocabularySize;
        RegisterComponents();
    }

    /// <summary>What fixes its parameters.</summary>
    public SequenceEncoderArchitecture Architecture { get; }

    /// <summary>Logits of every position: int64 [B, T] to [B, T, N].</summary>
    public override Tensor forward(Tensor tokens) => ScoredLogits(tokens, 0);

    /// <inheritdoc/>
    public override Tensor ScoredLogits(Tensor tokens, int firstScored)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        var contexts = Lookup(contextEmbedding, ContextIndices(tokens, firstScored)); // [B, T - first, d]
        return nn.functional.linear(contexts, unembedding).MoveToOuterDisposeScope();
    }

    // [B, T] to the index of every position's context from the first scored one on, 0 where it is not full: [B, T - first].
    private Tensor ContextIndices(Tensor tokens, int first)
    {
        long batch = tokens.shape[0], length = tokens.shape[1], contextLength = Architecture.Order - 1;
        long firstFull = Math.Min(Math.Max(first, contextLength - 1), length);
        var indices = zeros(batch, length - firstFull, dtype: ScalarType.Int64);
        for (long j = contextLength - 1; j >= 0; j--)
        {
            long start = firstFull - contextLength + 1 + j; // where token j of the first full context is
            indices = (indices * vocabularySize).Plus(tokens.slice(1, start, start + length - firstFull, 1));
        }
        return firstFull == first
            ? indices
            : cat([zeros(batch, firstFull - first, dtype: ScalarType.Int64), indices], 1);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return [("word_emb.weight", of(contextEmbedding)), ("unemb.weight", of(unembedding))];
    }
}
