using NGram.ML.Fused;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction.Forward;

/// <summary>
/// A transformer's parameters as the training kernels hold them, and tables of its first layer, which sees only tokens and
/// positions and is linear in them: the projections of N tokens and S positions and, if they fit, their N S sums.
/// </summary>
internal sealed class TransformerForward<V> : IForwardModel where V : struct, IFloats<V>
{
    /// <summary>The sums, of which a call reads few, may have this part of the tables' floats.</summary>
    private const int SumShare = 4;

    private readonly ManagedMatrices workspace = new(V.Count);
    private readonly Matrix tokenRows, sums, ownScores;

    /// <param name="architecture">The model.</param>
    /// <param name="mostTableFloats">Floats of the tables of tokens and positions.</param>
    public TransformerForward(TransformerArchitecture architecture, long mostTableFloats)
    {
        Architecture = architecture;
        Parameters = new TransformerParameters(
            workspace, architecture, V.Count, LaneChoice.LanesOfHead(architecture, batchSize: 1, V.Count, multiplies: false));
        int tokens = architecture.VocabularySize, positions = architecture.PromptLength;
        Unembedding = new UnembeddingPanels(workspace, tokens, architecture.Options.EmbeddingDimension, V.Count);
        HasTable = (tokens + positions) * (long)RowFloats <= mostTableFloats;
        HasSums = HasTable && (long)tokens * positions * RowFloats <= mostTableFloats / SumShare;
        if (HasTable)
            tokenRows = workspace.Allocate(tokens + positions, RowFloats);
        if (HasSums)
        {
            sums = workspace.Allocate(tokens * positions, RowFloats);
            ownScores = workspace.Allocate(tokens * positions, Parameters.Heads);
        }
    }

    /// <summary>The model.</summary>
    public TransformerArchitecture Architecture { get; }

    /// <summary>Its parameters.</summary>
    public TransformerParameters Parameters { get; }

    /// <inheritdoc/>
    public UnembeddingPanels Unembedding { get; }

    /// <summary>Whether the first layer's projections are looked up.</summary>
    public bool HasTable { get; }

    /// <summary>Whether there is a table for every (position, token), in row position N + token.</summary>
    public bool HasSums { get; }

    /// <summary>The rows position N + token: keys, values, queries.</summary>
    public Matrix Sums => sums;

    /// <summary>The scores of these rows' queries with their own keys.</summary>
    public Matrix OwnScores => ownScores;

    /// <summary>Factor of a score.</summary>
    public float ScoreScale => 1 / MathF.Sqrt(Parameters.HeadDimension);

    /// <summary>Floats of the queries of all heads, and of the keys.</summary>
    public int Section => Parameters.LaneDimension * Parameters.Heads;

    /// <summary>Floats of the values of all heads, which have passed the output projection.</summary>
    public int ValueFloats => Architecture.AttentionInputDimension * Parameters.Heads;

    /// <summary>Floats of a row with keys, values and queries, in this order.</summary>
    public int RowFloats => 2 * Section + ValueFloats;

    /// <summary>The parts of such rows.</summary>
    public (Matrix Query, Matrix Key, Matrix Value) Parts(Matrix rows) => (
        rows.ColumnRange(Section + ValueFloats, Section),
        rows.ColumnRange(0, Section),
        rows.ColumnRange(Section, ValueFloats));

    /// <inheritdoc/>
    public void Load(StateDict parameters)
    {
        foreach (var placement in Parameters.Placements)
            placement.Load(parameters[placement.Name], placement.Variable.Value);
        Unembedding.Load(parameters["unemb.weight"]);
        if (HasTable)
            FillTable();
        if (HasSums)
            FillSums();
        GC.KeepAlive(workspace);
    }

    /// <inheritdoc/>
    public ForwardPass CreatePass(int mostRows) => new TransformerPass<V>(this, mostRows);

    /// <summary>Writes keys, values and queries of a layer's inputs.</summary>
    /// <param name="input">[rows, attention input].</param>
    /// <param name="layer">The layer.</param>
    /// <param name="projections">[rows, query key value of all heads]: scratch.</param>
    /// <param name="rows">Receives them.</param>
    public unsafe void Project(Matrix input, int layer, Matrix projections, Matrix rows)
    {
        var weights = Parameters.Layers[layer];
        MatrixProduct<V>.Multiply(input, weights.Input.Value, projections, accumulate: false);
        var (query, key, value) = Parts(rows);
        for (int row = 0; row < rows.Rows; row++)
        {
            Elementwise<V>.Copy(query[row], projections[row], Section);
            Elementwise<V>.Copy(key[row], projections[row] + Section, Section);
        }
        int lanes = V.Count, inputs = Parameters.LaneDimension, outputs = Architecture.AttentionInputDimension;
        var output = weights.Output.Value;
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

    /// <summary>Writes the sum of a token's and a position's row, or of their first floats.</summary>
    public unsafe void Sum(float* target, int token, int position, int floats) =>
        Elementwise<V>.Sum(target, tokenRows[token], tokenRows[Architecture.VocabularySize + position], floats);

    private void FillTable()
    {
        var scratch = new ManagedMatrices(V.Count);
        int tokens = Architecture.VocabularySize, positions = Architecture.PromptLength;
        var input = scratch.Allocate(tokens + positions, Architecture.AttentionInputDimension);
        var ofTokens = input.RowRange(0, tokens);
        if (Parameters.Compression is { } compression)
            MatrixProduct<V>.Multiply(Parameters.WordEmbedding.Value, compression.Value, ofTokens, accumulate: false);
        else
            ofTokens.CopyFrom(Parameters.WordEmbedding.Value);
        input.RowRange(tokens, positions).CopyFrom(Parameters.PositionEmbedding.Value.RowRange(0, positions));
        const int Block = 256;
        var projections = scratch.Allocate(Block, 3 * Section);
        for (int row = 0; row < input.Rows; row += Block)
        {
            int count = Math.Min(Block, input.Rows - row);
            Project(input.RowRange(row, count), 0, projections.RowRange(0, count), tokenRows.RowRange(row, count));
        }
        GC.KeepAlive(scratch);
    }

    private unsafe void FillSums()
    {
        int tokens = Architecture.VocabularySize;
        for (int position = 0; position < Architecture.PromptLength; position++)
        {
            for (int token = 0; token < tokens; token++)
                Sum(sums[position * tokens + token], token, position, RowFloats);
        }
        var (query, key, _) = Parts(sums);
        AttentionScores<V>.Own(query, key, ownScores, Parameters.LaneDimension, Parameters.Heads, ScoreScale);
    }
}
