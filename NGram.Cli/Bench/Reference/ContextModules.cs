using NGram.ML.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.Cli.Bench.Reference;

/// <summary>
/// The sequence encoder as the original builds it, at every position: only trigrams. It has no heads; in the bench it stands
/// where the other models have <see cref="PerHeadModules"/>.
/// </summary>
internal sealed class ContextModules : NextTokenModel
{
    private readonly Embedding contextEmbedding;
    private readonly Linear unembedding;
    private readonly long vocabulary;

    /// <exception cref="ArgumentException">
    /// The order is not 3, or the precision not float32; the original has no others.
    /// </exception>
    public ContextModules(SequenceEncoderArchitecture architecture) : base(nameof(ContextModules))
    {
        if (architecture is not { Order: 3, Precision: ModelPrecision.Float32 })
            throw new ArgumentException("The original's sequence encoder knows only order 3 and float32.", nameof(architecture));
        vocabulary = architecture.VocabularySize;
        contextEmbedding = nn.Embedding(architecture.Contexts, architecture.Options.EmbeddingDimension);
        unembedding = nn.Linear(architecture.Options.EmbeddingDimension, vocabulary, hasBias: false);
        register_module("word_emb", contextEmbedding);
        register_module("unemb", unembedding);
    }

    /// <summary>Logits of every position: int64 [B, T] to [B, T, N]; the first has no context and reads row 0.</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        long length = tokens.shape[1];
        var full = tokens.slice(1, 0, length - 1, 1) + vocabulary * tokens.slice(1, 1, length, 1); // [B, T - 1]
        var contexts = cat([zeros_like(tokens.slice(1, 0, 1, 1)), full], 1); // [B, T]
        return unembedding.forward(contextEmbedding.forward(contexts)).MoveToOuterDisposeScope();
    }
}
