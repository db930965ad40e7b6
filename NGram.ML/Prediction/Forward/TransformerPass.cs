using NGram.ML.Fused;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Prediction.Forward;

/// <summary>The states of a transformer after the distinct prefixes of some prompts.</summary>
/// <remarks>
/// Only prefixes that are requested are queries of the last layer, usually one of a prompt's S. So nothing else is projected: the
/// query passes the weights of the keys, q . W_K x = (W_K' q) . x, and what a head mixes passes those of the values afterwards,
/// sum p W_V x = W_V (sum p x). What is read of a prefix is its input, not the keys and values of all heads. The first layer of a
/// small model looks them up.
/// </remarks>
internal sealed unsafe class TransformerPass<V> : ForwardPass where V : struct, IFloats<V>
{
    /// <summary>Floats of the buffers that grow with the prefixes: 32 MB.</summary>
    private const long MostFloats = 1 << 23;

    /// <summary>Queries, and rows of an MLP, at a time: what they write stays in the cache.</summary>
    private const int BlockQueries = 16, BlockRows = 64;

    private readonly ManagedMatrices memory = new(V.Count);
    private readonly TransformerForward<V> model;
    private readonly TransformerParameters parameters;
    private readonly PromptTrie trie;
    private readonly int layers, promptLength, heads, inputs;
    private readonly Matrix stream, input, mixed, probability, hidden, nextHidden;
    private readonly Matrix inHeads, inputQuery, mixedInput, seen;
    private readonly int[] stateOf;

    public TransformerPass(TransformerForward<V> model, int mostRows)
    {
        (this.model, parameters) = (model, model.Parameters);
        var (architecture, options) = (model.Architecture, model.Architecture.Options);
        (layers, promptLength) = (options.Layers, architecture.PromptLength);
        (heads, inputs) = (parameters.Heads, architecture.AttentionInputDimension);
        int d = options.EmbeddingDimension;
        Rows = (int)Math.Clamp(MostFloats / ((long)promptLength * (d + inputs)), 1, mostRows);
        int capacity = Rows * promptLength;
        trie = new PromptTrie(Rows, promptLength, architecture.VocabularySize, byPosition: model.HasTable);
        stateOf = new int[capacity];
        stream = memory.Allocate(capacity, d);
        mixed = memory.Allocate(BlockQueries, inputs);
        probability = memory.Allocate(BlockQueries, promptLength * heads);
        if (layers > 1 || !model.HasTable)
        {
            (input, seen) = (memory.Allocate(capacity, inputs), memory.Allocate(promptLength, inputs));
            inHeads = memory.Allocate(BlockQueries, model.Section);
            inputQuery = memory.Allocate(BlockQueries * inputs, heads);
            mixedInput = memory.Allocate(BlockQueries * inputs, heads);
        }
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
        // The first layer needs no stream for prefixes that are not requested.
        for (int node = layers == 1 ? trie.FirstWanted : 0; node < trie.Nodes; node++)
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
        bool looksUp = layer == 0 && model.HasTable;
        if (!looksUp)
            ReadInput(layer);
        for (int node = start, count; node < trie.Nodes; node += count)
        {
            count = Math.Min(BlockQueries, trie.Nodes - node);
            var change = mixed.RowRange(0, count);
            if (looksUp)
                MixTable(node, change);
            else
                MixInput(layer, node, change);
            var state = stream.RowRange(node, count);
            if (parameters.Decompression is { } decompression)
                MatrixProduct<V>.Multiply(change, decompression.Value, state, accumulate: true);
            else
                Elementwise<V>.Add(state.Data, change.Data, (nint)count * state.Stride);
        }
    }

    private void MixTable(int node, Matrix result)
    {
        var (query, key, value) = model.Table;
        fixed (int* counts = trie.KeyCount)
        fixed (int* parents = trie.Parent)
        fixed (int* keys = trie.PositionKeys)
        {
            var queries = new AttentionQueries(
                result.Rows, promptLength, counts + node, parents + node, keys + (nint)node * promptLength);
            AttentionScores<V>.Forward(
                queries, query, key, model.OwnScores, probability, parameters.LaneDimension, heads, model.ScoreScale);
            AttentionSoftmax<V>.Forward(queries, probability, heads, parameters.LanesOfHead);
            AttentionMix<V, HeadsInLanes<V>>.Forward(queries, probability, value, result, inputs, heads);
        }
    }

    /// <summary>What the attention of a layer sees of every prefix.</summary>
    private void ReadInput(int layer)
    {
        var (used, positions) = (input.RowRange(0, trie.Nodes), parameters.PositionEmbedding.Value);
        if (layer > 0 && parameters.Compression is { } compression)
            MatrixProduct<V>.Multiply(stream.RowRange(0, trie.Nodes), compression.Value, used, accumulate: false);
        for (int node = 0; node < trie.Nodes; node++)
        {
            float* row = used[node];
            if (layer == 0)
                row = model.TokenInputs[trie.Token[node]];
            else if (parameters.Compression is null)
                row = stream[node];
            Elementwise<V>.Sum(used[node], row, positions[trie.Depth[node]], used.Stride);
        }
    }

    private void MixInput(int layer, int node, Matrix result)
    {
        int count = result.Rows, dimension = parameters.LaneDimension, blocks = heads / V.Count;
        var ofHeads = inHeads.RowRange(0, count);
        MatrixProduct<V>.Multiply(input.RowRange(node, count), Weights(layer, 0), ofHeads, accumulate: false);
        LaneProduct<V>.Multiply(
            blocks, count, inputs, dimension, InHeads(ofHeads), InHeads(Weights(layer, 1)).Transposed, OfInputs(inputQuery),
            accumulate: false);
        for (int x = 0; x < count; x++)
            Mix(node + x, inputQuery.RowRange(x * inputs, inputs), mixedInput.RowRange(x * inputs, inputs));
        LaneProduct<V>.Multiply(
            blocks, count, dimension, inputs, OfInputs(mixedInput), InHeads(Weights(layer, 2)), InHeads(ofHeads),
            accumulate: false);
        DotProducts<V>.Multiply(ofHeads, parameters.Layers[layer].Output.Value, result, accumulate: false);
    }

    /// <summary>One query [input, head]; the result is what every head mixes of the inputs, [input, head].</summary>
    private void Mix(int node, Matrix query, Matrix result)
    {
        int keys = trie.KeyCount[node];
        for (int key = keys - 1, prefix = node; key >= 0; key--, prefix = trie.Parent[prefix])
            Elementwise<V>.Copy(seen[key], input[prefix], seen.Stride);
        var scores = new Matrix(probability.Data, keys, heads, heads, V.Count);
        MatrixProduct<V>.Multiply(seen.RowRange(0, keys), query, scores, accumulate: false);
        float* own = scores[keys - 1];
        var scale = V.Broadcast(model.ScoreScale);
        for (float* score = scores.Data; score < own;)
        {
            for (int h = 0; h < heads; h += V.Count, score += V.Count)
                V.Store((V.Load(score) - V.Load(own + h)) * scale, score);
        }
        fixed (int* count = &trie.KeyCount[node])
            AttentionSoftmax<V>.Forward(new(1, promptLength, count, null, null), probability, heads, parameters.LanesOfHead);
        MatrixProduct<V>.MultiplyLeftTransposed(seen.RowRange(0, keys), scores, result, accumulate: false);
    }

    /// <summary>The weights of queries, keys or values: part 0, 1 or 2.</summary>
    private Matrix Weights(int layer, int part)
    {
        var weights = parameters.Layers[layer].Input.Value;
        return new Matrix(weights.Data + part * model.Section, weights.Rows, model.Section, weights.Stride, V.Count);
    }

    /// <summary>Rows [block of heads, i, lane].</summary>
    private LaneMatrix InHeads(Matrix rows)
    {
        int lanes = V.Count;
        return new LaneMatrix((nint)rows.Data, parameters.LaneDimension * lanes, rows.Stride, lanes);
    }

    /// <summary>Rows [input, head], of which every one is a matrix.</summary>
    private LaneMatrix OfInputs(Matrix rows) => new((nint)rows.Data, V.Count, (nint)inputs * heads, heads);

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
