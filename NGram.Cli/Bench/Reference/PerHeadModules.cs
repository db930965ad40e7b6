using NGram.ML.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.Cli.Bench.Reference;

/// <summary>
/// The transformer as the original builds it: a MultiheadAttention module for every head of a layer, one after the other, at
/// every position. The yardstick of the bench; its parameters have PyTorch's names.
/// </summary>
internal sealed class PerHeadModules : NextTokenModel
{
    private readonly TransformerArchitecture architecture;
    private readonly Embedding wordEmbedding;
    private readonly Linear positionEmbedding, compress, decompress, unembedding;
    private readonly ModuleList<ModuleList<MultiheadAttention>> attention;
    private readonly ModuleList<Sequential> feedForward;
    private readonly Tensor mask; // [T, T], added to the scores: -infinity where the key is later than the query

    /// <exception cref="ArgumentException">The projections are not shared; the original has no others.</exception>
    public PerHeadModules(TransformerArchitecture architecture) : base(nameof(PerHeadModules))
    {
        this.architecture = architecture;
        var options = architecture.Options;
        if (options is not { Projections: Projections.Shared, Precision: ModelPrecision.Float32 })
        {
            throw new ArgumentException(
                "The original's modules know only shared projections and float32.",
                nameof(architecture));
        }

        long d = options.EmbeddingDimension,
            headDimension = options.HeadDimension,
            vocabulary = architecture.VocabularySize;
        wordEmbedding = nn.Embedding(vocabulary, d);
        positionEmbedding = nn.Linear(headDimension, architecture.ContextWindow, hasBias: false);
        compress = nn.Linear(d, headDimension, hasBias: false);
        decompress = nn.Linear(headDimension, d, hasBias: false);
        unembedding = nn.Linear(d, vocabulary, hasBias: false);
        // Not before the base class has loaded libtorch.
        attention = new();
        feedForward = new();
        for (int layer = 0; layer < options.Layers; layer++)
        {
            attention.Add([
                .. Enumerable
                    .Range(0, options.Heads)
                    .Select(_ => nn.MultiheadAttention(headDimension, options.SubHeads, bias: false)),
            ]);
            if (options.HasMlp)
                feedForward.Add(FeedForward(options));
        }
        mask = full(architecture.PromptLength, architecture.PromptLength, float.NegativeInfinity)
            .triu(1)
            .DetachFromDisposeScope();
        register_module("word_emb", wordEmbedding);
        register_module("pos_emb", positionEmbedding);
        register_module("attn_seq", attention);
        register_module("linear_compress", compress);
        register_module("linear_decompress", decompress);
        register_module("mlp_seq", feedForward);
        register_module("unemb", unembedding);
    }

    /// <summary>Logits of every position: int64 [B, T] to [B, T, N].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        long length = tokens.shape[1];
        var causal = mask[..(int)length, ..(int)length];
        var positions = positionEmbedding.weight[..(int)length]; // [T, d_head]
        var r = wordEmbedding.forward(tokens); // [B, T, d]
        for (int layer = 0; layer < attention.Count; layer++)
        {
            var c = ((architecture.Compresses ? compress.forward(r) : r) + positions).transpose(0, 1); // [T, B, d_head]
            var sum = zeros_like(c);
            foreach (var head in attention[layer])
                sum = sum + head.forward(c, c, c, key_padding_mask: null, need_weights: false, attn_mask: causal).Item1;
            var a = sum.transpose(0, 1);
            r = r + (architecture.Compresses ? decompress.forward(a) : a);
            if (feedForward.Count > 0)
                r = r + feedForward[layer].forward(r);
        }
        return unembedding.forward(r).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            mask.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential FeedForward(TransformerOptions options)
    {
        long d = options.EmbeddingDimension, width = options.MlpWidth;
        var modules = nn.Sequential();
        for (int hidden = 0; hidden < options.MlpDepth; hidden++)
        {
            modules.append(nn.Linear(hidden == 0 ? d : width, width));
            modules.append(nn.GELU());
        }
        modules.append(nn.Linear(width, d, hasBias: false));
        return modules;
    }
}
