using System.Globalization;

namespace NGram.ML.Models;

/// <summary>A transformer for a vocabulary and a context window.</summary>
public sealed record TransformerArchitecture : Architecture
{
    /// <summary>Heads, layers, dimensions.</summary>
    public required TransformerOptions Options { get; init; }

    /// <inheritdoc/>
    public override ModelPrecision Precision => Options.Precision;

    /// <summary>Whether compression and decompression are in the forward pass: shared projections with d != d_head.</summary>
    public bool Compresses => Options.Projections == Projections.Shared && Options.EmbeddingDimension != Options.HeadDimension;

    /// <summary>Dimension of what a head reads: d_head for shared projections, d for per-head ones.</summary>
    public int AttentionInputDimension =>
        Options.Projections == Projections.Shared ? Options.HeadDimension : Options.EmbeddingDimension;

    /// <inheritdoc/>
    internal override int Dimension => Options.EmbeddingDimension;

    /// <inheritdoc/>
    internal override (double Products, double Values) WorkOfLayers(IReadOnlyList<double> prefixes) =>
        StepWork.OfLayers(this, prefixes);

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, long Value)> Sizes =>
    [
        (nameof(Options.EmbeddingDimension), Options.EmbeddingDimension),
        (nameof(Options.HeadDimension), Options.HeadDimension),
        (nameof(Options.Heads), Options.Heads),
        (nameof(Options.Layers), Options.Layers),
        .. MlpSizes,
        .. base.Sizes,
    ];

    private IEnumerable<(string Name, long Value)> MlpSizes => Options.HasMlp
        ? [(nameof(Options.MlpWidth), Options.MlpWidth), (nameof(Options.MlpDepth), Options.MlpDepth)]
        : [];

    /// <inheritdoc/>
    internal override double TrainingBytes(int batchSize)
    {
        var o = Options;
        double d = o.EmbeddingDimension, modules = (double)o.Layers * o.Heads, input = AttentionInputDimension;
        double mlp = o.HasMlp ? o.Layers * (2 * d * o.MlpWidth + (o.MlpDepth - 1.0) * o.MlpWidth * o.MlpWidth) : 0;
        double parameters = 2 * VocabularySize * d + ContextWindow * input + modules * 4 * o.HeadDimension * input + mlp;
        double perPosition =
            d
            + o.HeadDimension * (4.0 * o.Heads)
            + 2.0 * PromptLength * o.Heads * o.SubHeads
            + (o.HasMlp ? 2.0 * o.MlpWidth * o.MlpDepth : 0);
        double activations =
            (double)batchSize * PromptLength * o.Layers * perPosition + (double)batchSize * ScoredPositions * VocabularySize;
        return parameters * BytesOfParameter + activations * 2 * BytesOfActivation + modules * 2 * BytesOfTensor;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long[] Shape)> Parameters
    {
        get
        {
            var o = Options;
            long d = o.EmbeddingDimension, dHead = o.HeadDimension, input = AttentionInputDimension;
            yield return ("word_emb.weight", [VocabularySize, d]);
            yield return ("pos_emb.weight", [ContextWindow, input]);
            for (int layer = 0; layer < o.Layers; layer++)
            {
                for (int head = 0; head < o.Heads; head++)
                {
                    yield return ($"attn_seq.{layer}.{head}.in_proj_weight", [3 * dHead, input]);
                    yield return ($"attn_seq.{layer}.{head}.out_proj.weight", [input, dHead]);
                }
            }

            if (o.Projections == Projections.Shared)
            {
                yield return ("linear_compress.weight", [dHead, d]);
                yield return ("linear_decompress.weight", [d, dHead]);
            }
            for (int layer = 0; o.HasMlp && layer < o.Layers; layer++)
            {
                for (int hidden = 0; hidden < o.MlpDepth; hidden++)
                {
                    yield return ($"mlp_seq.{layer}.{2 * hidden}.weight", [o.MlpWidth, hidden == 0 ? d : o.MlpWidth]);
                    yield return ($"mlp_seq.{layer}.{2 * hidden}.bias", [o.MlpWidth]);
                }
                yield return ($"mlp_seq.{layer}.{2 * o.MlpDepth}.weight", [d, o.MlpWidth]);
            }
            yield return ("unemb.weight", [VocabularySize, d]);
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Options.Validate();
    }

    /// <inheritdoc/>
    internal override bool Uses(string name) =>
        Compresses || name is not ("linear_compress.weight" or "linear_decompress.weight");

    /// <inheritdoc/>
    internal override int FrozenRows(string name, FrozenTensors freeze)
    {
        int Rows(FrozenTensors tensors, int rows) => freeze.HasFlag(tensors) ? rows : 0;
        return name switch
        {
            "word_emb.weight" => Rows(FrozenTensors.Embeddings, VocabularySize),
            "pos_emb.weight" => Rows(FrozenTensors.Embeddings, ContextWindow),
            "unemb.weight" => Rows(FrozenTensors.Unembedding, VocabularySize),
            _ when name.EndsWith(".in_proj_weight", StringComparison.Ordinal) =>
                Rows(FrozenTensors.QueryKey, 2 * Options.HeadDimension),
            _ => 0,
        };
    }

    /// <inheritdoc/>
    internal override bool HasMask => true;

    /// <inheritdoc/>
    internal override string BlockOf(string parameter)
    {
        string[] parts = parameter.Split('.');
        return parts[0] switch
        {
            "word_emb" => "Token embeddings",
            "pos_emb" => "Position embeddings",
            "attn_seq" => $"Attention, layer {Layer(parts[1])}",
            "mlp_seq" => $"MLP, layer {Layer(parts[1])}",
            "linear_compress" => "Compression",
            "linear_decompress" => "Decompression",
            _ => "Unembedding",
        };
    }

    /// <inheritdoc/>
    internal override NextTokenModel CreateModel() => new Transformer(this);

    private static string Layer(string index) =>
        (int.Parse(index, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
}
