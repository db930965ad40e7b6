using NGram.ML.Fused;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction.Forward;

/// <summary>
/// A transformer's parameters as the training kernels hold them and, for a small model, a table of its first layer: its
/// projections of every (position, token).
/// </summary>
internal sealed class TransformerForward<V> : IForwardModel where V : struct, IFloats<V>
{
    /// <summary>Rows of the table that are computed at a time.</summary>
    private const int TableBlock = 256;

    private readonly ManagedMatrices workspace = new(V.Count);
    private readonly Matrix table, ownScores, tokenInputs;

    /// <param name="architecture">The model.</param>
    /// <param name="mostTableFloats">Floats that the table may have.</param>
    public TransformerForward(TransformerArchitecture architecture, long mostTableFloats)
    {
        Architecture = architecture;
        Parameters = new TransformerParameters(
            workspace, architecture, V.Count, LaneChoice.LanesOfHead(architecture, batchSize: 1, V.Count, multiplies: false));
        int tokens = architecture.VocabularySize, positions = architecture.PromptLength;
        Unembedding = new UnembeddingPanels(workspace, tokens, architecture.Options.EmbeddingDimension, V.Count);
        tokenInputs = Parameters.Compression is null
            ? Parameters.WordEmbedding.Value
            : workspace.Allocate(tokens, architecture.AttentionInputDimension);
        HasTable = (long)tokens * positions * (2 * Section + ValueFloats) <= mostTableFloats;
        if (HasTable)
        {
            table = workspace.Allocate(tokens * positions, 2 * Section + ValueFloats);
            ownScores = workspace.Allocate(tokens * positions, Parameters.Heads);
        }
    }

    /// <summary>The model.</summary>
    public TransformerArchitecture Architecture { get; }

    /// <summary>Its parameters.</summary>
    public TransformerParameters Parameters { get; }

    /// <inheritdoc/>
    public UnembeddingPanels Unembedding { get; }

    /// <summary>Whether the first layer's projections are looked up, in row position N + token.</summary>
    public bool HasTable { get; }

    /// <summary>The queries, keys and values of the table; the values have passed the output projection.</summary>
    public (Matrix Query, Matrix Key, Matrix Value) Table => (
        table.ColumnRange(0, Section), table.ColumnRange(Section, Section), table.ColumnRange(2 * Section, ValueFloats));

    /// <summary>The scores of the table's queries with their own keys.</summary>
    public Matrix OwnScores => ownScores;

    /// <summary>The embeddings of tokens as the first layer sees them, without positions.</summary>
    public Matrix TokenInputs => tokenInputs;

    /// <summary>Factor of a score.</summary>
    public float ScoreScale => 1 / MathF.Sqrt(Parameters.HeadDimension);

    /// <summary>Floats of the queries of all heads, of the keys, and of the values before the output projection.</summary>
    public int Section => Parameters.LaneDimension * Parameters.Heads;

    private int ValueFloats => Architecture.AttentionInputDimension * Parameters.Heads;

    /// <inheritdoc/>
    public void Load(StateDict parameters)
    {
        foreach (var placement in Parameters.Placements)
            placement.Load(parameters[placement.Name], placement.Variable.Value);
        Unembedding.Load(parameters["unemb.weight"]);
        if (Parameters.Compression is { } compression)
            MatrixProduct<V>.Multiply(Parameters.WordEmbedding.Value, compression.Value, tokenInputs, accumulate: false);
        if (HasTable)
            FillTable();
        GC.KeepAlive(workspace);
    }

    /// <inheritdoc/>
    public ForwardPass CreatePass(int mostRows) => new TransformerPass<V>(this, mostRows);

    private unsafe void FillTable()
    {
        var scratch = new ManagedMatrices(V.Count);
        int tokens = Architecture.VocabularySize, c = Architecture.AttentionInputDimension;
        Matrix input = scratch.Allocate(TableBlock, c), projections = scratch.Allocate(TableBlock, 3 * Section);
        var positions = Parameters.PositionEmbedding.Value;
        for (int start = 0, count; start < table.Rows; start += count)
        {
            count = Math.Min(TableBlock, table.Rows - start);
            for (int i = 0; i < count; i++)
            {
                var (position, token) = Math.DivRem(start + i, tokens);
                Elementwise<V>.Sum(input[i], tokenInputs[token], positions[position], input.Stride);
            }
            Project(input.RowRange(0, count), projections.RowRange(0, count), start);
        }
        var (query, key, _) = Table;
        AttentionScores<V>.Own(query, key, ownScores, Parameters.LaneDimension, Parameters.Heads, ScoreScale);
        GC.KeepAlive(scratch);
    }

    /// <summary>Writes some rows of the table.</summary>
    private unsafe void Project(Matrix input, Matrix projections, int firstRow)
    {
        var weights = Parameters.Layers[0];
        var rows = table.RowRange(firstRow, input.Rows);
        MatrixProduct<V>.Multiply(input, weights.Input.Value, projections, accumulate: false);
        for (int row = 0; row < rows.Rows; row++)
            Elementwise<V>.Copy(rows[row], projections[row], 2 * Section);
        int lanes = V.Count, inputs = Parameters.LaneDimension, outputs = Architecture.AttentionInputDimension;
        var (output, value) = (weights.Output.Value, rows.ColumnRange(2 * Section, ValueFloats));
        LaneProduct<V>.Multiply(
            Parameters.Heads / lanes,
            rows.Rows,
            outputs,
            inputs,
            new LaneMatrix((nint)(projections.Data + 2 * Section), inputs * lanes, projections.Stride, lanes),
            new LaneMatrix((nint)output.Data, inputs * lanes, output.Stride, lanes).Transposed,
            new LaneMatrix((nint)value.Data, outputs * lanes, value.Stride, lanes),
            accumulate: false);
    }
}
