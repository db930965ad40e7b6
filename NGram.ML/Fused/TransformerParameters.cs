using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>A transformer's parameters as the kernels hold them, and where PyTorch's tensors are in them.</summary>
/// <remarks>
/// Linears are transposed, [in, out], except for an MLP's last. All heads of a layer are side by side: head h (module h /
/// SubHeads, sub-head h % SubHeads) is lane h % W of block h / W, with W the floats of a vector. Where a head takes g lanes, its
/// dimension i is element i / g of the lane that would be head h g + i % g; elements beyond the last dimension are zeros. Where
/// it takes all W of them, it so has its own vectors, its dimensions in order; its output weights may then have outputs in lanes.
/// </remarks>
internal sealed class TransformerParameters
{
    /// <summary>The rows of projections and of MLPs are padded to this: whole vectors of any width.</summary>
    public const int WideLanes = 16;

    private readonly List<Parameter> parameters = [];
    private readonly List<TensorPlacement> placements = [];
    private readonly MatrixAllocator workspace;
    private readonly TransformerOptions options;
    private readonly int attentionInput, lanes, lanesOfHead;

    /// <param name="workspace">Owns their memory.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="lanes">Width of a vector in floats.</param>
    /// <param name="lanesOfHead">Lanes that a head takes: a power of two, at most <paramref name="lanes"/>.</param>
    /// <param name="outputsInLanes">
    /// Whether the output weights have outputs in lanes, and not heads; a head must take a whole vector.
    /// </param>
    public TransformerParameters(
        MatrixAllocator workspace,
        TransformerArchitecture architecture,
        int lanes,
        int lanesOfHead,
        bool outputsInLanes = false)
    {
        Shape.Require(!outputsInLanes || lanesOfHead == lanes);
        (this.workspace, this.lanes, this.lanesOfHead) = (workspace, lanes, lanesOfHead);
        HasOutputsInLanes = outputsInLanes;
        (options, attentionInput) = (architecture.Options, architecture.AttentionInputDimension);
        int d = options.EmbeddingDimension;
        HeadDimension = options.HeadDimension / options.SubHeads;
        LaneDimension = (HeadDimension + lanesOfHead - 1) / lanesOfHead;
        Heads = Matrix.Padded(options.Heads * options.SubHeads * lanesOfHead, lanes);
        WordEmbedding = Rows("word_emb.weight", architecture.VocabularySize, d);
        PositionEmbedding = Rows("pos_emb.weight", architecture.ContextWindow, attentionInput);
        Unembedding = Rows("unemb.weight", architecture.VocabularySize, d);
        if (architecture.Compresses)
        {
            Compression = Transposed("linear_compress.weight", d, options.HeadDimension);
            Decompression = Transposed("linear_decompress.weight", options.HeadDimension, d);
        }
        Layers = [.. Enumerable.Range(0, options.Layers).Select(Layer)];
        All = [.. parameters];
    }

    /// <summary>All of them.</summary>
    public Parameter[] All { get; }

    /// <summary>Where PyTorch's tensors are.</summary>
    public IReadOnlyList<TensorPlacement> Placements => placements;

    /// <summary>Dimension of a head: the module's divided by its sub-heads.</summary>
    public int HeadDimension { get; }

    /// <summary>Lanes that a head takes.</summary>
    public int LanesOfHead => lanesOfHead;

    /// <summary>
    /// Whether a head takes a whole vector and its values have an output in each lane, not a share of the head.
    /// </summary>
    public bool HasOutputsInLanes { get; }

    /// <summary>Dimensions of a head in each of its lanes.</summary>
    public int LaneDimension { get; }

    /// <summary>Lanes of a layer's heads, sub-heads counted, padded to whole vectors.</summary>
    public int Heads { get; }

    /// <summary>Floats of the values of all heads after their output weights.</summary>
    public int ValueColumns =>
        HasOutputsInLanes ? Heads / lanes * Matrix.Padded(attentionInput, lanes) : attentionInput * Heads;

    /// <summary>[N, d].</summary>
    public Variable WordEmbedding { get; }

    /// <summary>[context window, attention input].</summary>
    public Variable PositionEmbedding { get; }

    /// <summary>[N, d].</summary>
    public Variable Unembedding { get; }

    /// <summary>[d, d_head]; null if the forward pass has none.</summary>
    public Variable? Compression { get; }

    /// <summary>[d_head, d]; null if the forward pass has none.</summary>
    public Variable? Decompression { get; }

    /// <summary>The layers' own parameters.</summary>
    public IReadOnlyList<TransformerLayerParameters> Layers { get; }

    private TransformerLayerParameters Layer(int layer)
    {
        int dh = HeadDimension, depth = LaneDimension, section = depth * Heads;
        var input = Parameter(attentionInput, 3 * section, WideLanes);
        var output = HasOutputsInLanes ? Parameter(section, attentionInput) : Parameter(attentionInput, section);
        for (int module = 0; module < options.Heads; module++)
        {
            int firstHead = module * options.SubHeads;
            placements.Add(
                new TensorPlacement(
                    $"attn_seq.{layer}.{module}.in_proj_weight",
                    input.Variable,
                    input.Moments,
                    (row, column) =>
                    {
                        var (kind, i) = Math.DivRem(row, options.HeadDimension);
                        var (lane, element) = LaneOf(firstHead + i / dh, i % dh);
                        return (nint)column * input.Variable.Value.Stride
                            + kind * section
                            + (lane / lanes * depth + element) * lanes
                            + lane % lanes;
                    }));
            placements.Add(
                new TensorPlacement(
                    $"attn_seq.{layer}.{module}.out_proj.weight",
                    output.Variable,
                    output.Moments,
                    (row, column) =>
                    {
                        var (lane, element) = LaneOf(firstHead + column / dh, column % dh);
                        int stride = output.Variable.Value.Stride;
                        int place = (lane / lanes * depth + element) * lanes + lane % lanes;
                        return HasOutputsInLanes ? (nint)place * stride + row : (nint)row * stride + place;
                    }));
        }
        var (weights, biases) = Mlp(layer);
        return new TransformerLayerParameters(input.Variable, output.Variable, weights, biases);
    }

    /// <summary>Where a dimension of a head is.</summary>
    private (int Lane, int Element) LaneOf(int head, int dimension) =>
        (head * lanesOfHead + dimension % lanesOfHead, dimension / lanesOfHead);

    private (List<Variable> Weights, List<Variable> Biases) Mlp(int layer)
    {
        List<Variable> weights = [], biases = [];
        if (!options.HasMlp)
            return (weights, biases);
        for (int hidden = 0; hidden < options.MlpDepth; hidden++)
        {
            int inputs = hidden == 0 ? options.EmbeddingDimension : options.MlpWidth;
            weights.Add(Transposed($"mlp_seq.{layer}.{2 * hidden}.weight", inputs, options.MlpWidth, WideLanes));
            biases.Add(Rows($"mlp_seq.{layer}.{2 * hidden}.bias", 1, options.MlpWidth, WideLanes));
        }
        string last = $"mlp_seq.{layer}.{2 * options.MlpDepth}.weight";
        weights.Add(Rows(last, options.EmbeddingDimension, options.MlpWidth, WideLanes));
        return (weights, biases);
    }

    private Variable Rows(string name, int rows, int columns, int? width = null)
    {
        var parameter = Parameter(rows, columns, width);
        var variable = parameter.Variable;
        placements.Add(
            new TensorPlacement(name, variable, parameter.Moments, (row, column) => (nint)row * variable.Value.Stride + column));
        return variable;
    }

    private Variable Transposed(string name, int inputs, int outputs, int? width = null)
    {
        var parameter = Parameter(inputs, outputs, width);
        var variable = parameter.Variable;
        placements.Add(
            new TensorPlacement(name, variable, parameter.Moments, (row, column) => (nint)column * variable.Value.Stride + row));
        return variable;
    }

    private Parameter Parameter(int rows, int columns, int? width = null)
    {
        var parameter = new Parameter(workspace, rows, columns, width);
        parameters.Add(parameter);
        return parameter;
    }
}
