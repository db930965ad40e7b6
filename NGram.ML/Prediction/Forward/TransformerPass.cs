using NGram.ML.Fused;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Prediction.Forward;

/// <summary>The states of a transformer after the distinct prefixes of some prompts.</summary>
internal sealed unsafe class TransformerPass<V> : ForwardPass where V : struct, IFloats<V>
{
    /// <summary>Floats of the buffers that grow with the prefixes: 32 MB.</summary>
    private const long MostFloats = 1 << 23;

    /// <summary>Queries, and rows of an MLP, at a time: what they write stays in the cache.</summary>
    private const int BlockRows = 64;

    private readonly ManagedMatrices memory = new(V.Count);
    private readonly TransformerForward<V> model;
    private readonly TransformerParameters parameters;
    private readonly PromptTrie trie;
    private readonly int layers, promptLength;
    private readonly Matrix stream, mixed, input, rows, ownScores, projections, probability, hidden, nextHidden;
    private readonly int[] stateOf;

    public TransformerPass(TransformerForward<V> model, int mostRows)
    {
        (this.model, parameters) = (model, model.Parameters);
        var (architecture, options) = (model.Architecture, model.Architecture.Options);
        (layers, promptLength) = (options.Layers, architecture.PromptLength);
        bool keepsRows = layers > 1 || !model.HasSums, projects = layers > 1 || !model.HasTable;
        int d = options.EmbeddingDimension, c = architecture.AttentionInputDimension;
        double floats = d + c + (keepsRows ? model.RowFloats : 0) + (projects ? c + 3.0 * model.Section : 0);
        Rows = (int)Math.Clamp(MostFloats / (promptLength * floats), 1, mostRows);
        int capacity = Rows * promptLength;
        trie = new PromptTrie(Rows, promptLength, architecture.VocabularySize, byPosition: model.HasSums, byPrefix: keepsRows);
        stateOf = new int[capacity];
        (stream, mixed) = (memory.Allocate(capacity, d), memory.Allocate(capacity, c));
        probability = memory.Allocate(BlockRows, promptLength * parameters.Heads);
        if (keepsRows)
            (rows, ownScores) = (memory.Allocate(capacity, model.RowFloats), memory.Allocate(capacity, parameters.Heads));
        if (projects)
            (input, projections) = (memory.Allocate(capacity, c), memory.Allocate(capacity, 3 * model.Section));
        if (options.HasMlp)
            (hidden, nextHidden) = (memory.Allocate(BlockRows, options.MlpWidth), memory.Allocate(BlockRows, options.MlpWidth));
    }

    public override int Rows { get; }

    public override Matrix States => stream.RowRange(trie.FirstWanted, trie.Nodes - trie.FirstWanted);

    public override ReadOnlySpan<int> StateOf => stateOf.AsSpan(0, trie.Wanted.Length);

    public override void Run(ReadOnlySpan<ushort> prompts, int length, int first)
    {
        trie.Build(prompts, length, first);
        var wanted = trie.Wanted;
        for (int i = 0; i < wanted.Length; i++)
            stateOf[i] = wanted[i] - trie.FirstWanted;
        // A first layer that is looked up needs no stream for prefixes that are not requested.
        int begin = layers == 1 && model.HasTable ? trie.FirstWanted : 0;
        for (int node = begin; node < trie.Nodes; node++)
            Elementwise<V>.Copy(stream[node], parameters.WordEmbedding.Value[trie.Token[node]], stream.Stride);
        for (int layer = 0; layer < layers; layer++)
        {
            int start = layer == layers - 1 ? trie.FirstWanted : 0;
            Attend(layer, start);
            AddMlp(layer, start);
        }
        GC.KeepAlive(model);
        GC.KeepAlive(this);
    }

    private void Attend(int layer, int start)
    {
        bool sums = layer == 0 && model.HasSums;
        if (layer == 0 && model.HasTable && !sums)
            SumRows(start);
        else if (!sums)
            ProjectRows(layer);
        var (query, key, value) = model.Parts(sums ? model.Sums : rows);
        var own = sums ? model.OwnScores : ownScores;
        int heads = parameters.Heads, laneDimension = parameters.LaneDimension, wanted = trie.Nodes - start;
        float scale = model.ScoreScale;
        if (!sums)
        {
            AttentionScores<V>.Own(
                query.RowRange(start, wanted), key.RowRange(start, wanted), own.RowRange(start, wanted),
                laneDimension, heads, scale);
        }

        fixed (int* counts = trie.KeyCount)
        fixed (int* parents = trie.Parent)
        fixed (int* seen = sums ? trie.PositionKeys : trie.PrefixKeys)
        {
            for (int node = start; node < trie.Nodes; node += BlockRows)
            {
                int count = Math.Min(BlockRows, trie.Nodes - node);
                var queries =
                    new AttentionQueries(count, promptLength, counts + node, parents + node, seen + (nint)node * promptLength);
                AttentionScores<V>.Forward(queries, query, key, own, probability, laneDimension, heads, scale);
                AttentionSoftmax<V>.Forward(queries, probability, heads, parameters.LanesOfHead);
                AttentionMix<V>.Forward(queries, probability, value, mixed.RowRange(node, count), mixed.Columns, heads);
            }
        }
        var (ofQueries, change) = (stream.RowRange(start, wanted), mixed.RowRange(start, wanted));
        if (parameters.Decompression is { } decompression)
            MatrixProduct<V>.Multiply(change, decompression.Value, ofQueries, accumulate: true);
        else
            Elementwise<V>.Add(ofQueries.Data, change.Data, (nint)change.Rows * change.Stride);
    }

    private void SumRows(int start)
    {
        for (int node = 0; node < trie.Nodes; node++)
        {
            // Queries come last in a row.
            int floats = node < start ? model.RowFloats - model.Section : model.RowFloats;
            model.Sum(rows[node], trie.Token[node], trie.Depth[node], floats);
        }
    }

    private void ProjectRows(int layer)
    {
        var used = input.RowRange(0, trie.Nodes);
        var positions = parameters.PositionEmbedding.Value;
        if (parameters.Compression is { } compression)
            MatrixProduct<V>.Multiply(stream.RowRange(0, trie.Nodes), compression.Value, used, accumulate: false);
        else
            used.CopyFrom(stream.RowRange(0, trie.Nodes));
        for (int node = 0; node < trie.Nodes; node++)
            Elementwise<V>.Add(used[node], positions[trie.Depth[node]], used.Stride);
        model.Project(used, layer, projections.RowRange(0, trie.Nodes), rows.RowRange(0, trie.Nodes));
    }

    private void AddMlp(int layer, int start)
    {
        var weights = parameters.Layers[layer];
        for (int node = start; node < trie.Nodes && weights.MlpWeights.Count > 0; node += BlockRows)
        {
            var state = stream.RowRange(node, Math.Min(BlockRows, trie.Nodes - node));
            var (from, to, other) = (state, hidden.RowRange(0, state.Rows), nextHidden.RowRange(0, state.Rows));
            for (int i = 0; i < weights.MlpBiases.Count; i++)
            {
                MatrixProduct<V>.Multiply(from, weights.MlpWeights[i].Value, to, accumulate: false);
                LogitKernels<V>.Gelu(to, weights.MlpBiases[i].Value);
                (from, to, other) = (to, other, to);
            }
            DotProducts<V>.Multiply(from, weights.MlpWeights[^1].Value, state, accumulate: true);
        }
    }
}
