using NGram.ML.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>
/// A transformer without normalisation: r = word_emb[x]; in every layer r += decompress(attention(compress(r) + pos)) and,
/// with an MLP, r += mlp(r); logits = r unemb^T. Attention-only (AoT) without an MLP.
/// </summary>
public sealed class Transformer : NextTokenModel
{
    private readonly Parameter wordEmbedding;     // [N, d]
    private readonly Parameter positionEmbedding; // [context window, in]
    private readonly Parameter? compress;         // [d_head, d]
    private readonly Parameter? decompress;       // [d, d_head]
    private readonly Parameter unembedding;       // [N, d]
    private readonly ModuleList<ParallelAttention> attention;
    private readonly ModuleList<FeedForward> feedForward;

    /// <summary>A transformer whose parameters are all 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public Transformer(TransformerArchitecture architecture) : base(nameof(Transformer))
    {
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        Architecture = architecture;
        var options = architecture.Options;
        long d = options.EmbeddingDimension, input = architecture.AttentionInputDimension;
        wordEmbedding = Empty(options.Precision, architecture.VocabularySize, d);
        positionEmbedding = Empty(options.Precision, architecture.ContextWindow, input);
        if (options.Projections == Projections.Shared)
        {
            compress = Empty(options.Precision, options.HeadDimension, d);
            decompress = Empty(options.Precision, d, options.HeadDimension);
        }
        unembedding = Empty(options.Precision, architecture.VocabularySize, d);
        attention = [];
        feedForward = [];
        for (int layer = 0; layer < options.Layers; layer++)
        {
            attention.Add(new ParallelAttention(Parameter, options.Heads, options.HeadDimension, options.SubHeads, input));
            if (options.HasMlp)
                feedForward.Add(new FeedForward(Parameter, d, options.MlpWidth, options.MlpDepth));
        }
        RegisterComponents();

        Parameter Parameter(long[] shape) => Empty(options.Precision, shape);
    }

    /// <summary>What fixes its parameters.</summary>
    public TransformerArchitecture Architecture { get; }

    /// <summary>Logits of every position: int64 [B, T] to [B, T, N], for T up to the context window.</summary>
    public override Tensor forward(Tensor tokens) => ScoredLogits(tokens, 0);

    /// <inheritdoc/>
    public override Tensor ScoredLogits(Tensor tokens, int firstScored)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        long length = tokens.shape[1];
        var positions = positionEmbedding.slice(0, 0, length, 1); // [T, in]
        var r = Lookup(wordEmbedding, tokens); // [B, T, d]
        // Only in training, so that a row is scored alike in every batch.
        bool byTables = is_grad_enabled() && Architecture.VocabularySize <= tokens.shape[0]
            && length <= ParallelAttention.LongestElementwise;
        for (int layer = 0; layer < attention.Count; layer++)
        {
            // Only the last layer may leave positions out: the others are read by later positions.
            int first = layer == attention.Count - 1 ? firstScored : 0;
            var a = layer == 0 && byTables
                ? attention[layer].ForwardByTables(Compressed(wordEmbedding), positions, tokens, first)
                : attention[layer].forward(Compressed(r).Plus(positions), first); // [B, T - first, in]
            r = r.slice(1, first, length, 1).Plus(Architecture.Compresses ? nn.functional.linear(a, decompress!) : a);
            if (feedForward.Count > 0)
                r = r.Plus(feedForward[layer].forward(r));
        }
        return nn.functional.linear(r, unembedding).MoveToOuterDisposeScope();

        Tensor Compressed(Tensor x) => Architecture.Compresses ? nn.functional.linear(x, compress!) : x; // [..., d] to [..., in]
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        yield return ("word_emb.weight", of(wordEmbedding));
        yield return ("pos_emb.weight", of(positionEmbedding));
        for (int layer = 0; layer < attention.Count; layer++)
        {
            foreach (var (name, value) in attention[layer].NamedTensors(of))
                yield return ($"attn_seq.{layer}.{name}", value);
        }

        if (compress is not null && decompress is not null)
        {
            yield return ("linear_compress.weight", of(compress));
            yield return ("linear_decompress.weight", of(decompress));
        }
        for (int layer = 0; layer < feedForward.Count; layer++)
        {
            foreach (var (name, value) in feedForward[layer].NamedTensors(of))
                yield return ($"mlp_seq.{layer}.{name}", value);
        }

        yield return ("unemb.weight", of(unembedding));
    }
}
