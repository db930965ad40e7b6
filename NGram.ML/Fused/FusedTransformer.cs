using NGram.Data.Distributions;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Operations;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>
/// A transformer on the distinct prefixes of a batch. The first layer sees tokens and positions only: where the vocabulary
/// is not larger than the batch, it is computed on a table of (position, token) instead.
/// </summary>
internal sealed class FusedTransformer<V> : FusedModel where V : struct, IFloats<V>
{
    /// <summary>Rows whose projections or hidden units fit the second-level cache together with their gradients.</summary>
    private const int LeastBlockRows = 64;

    /// <summary>
    /// Rows per block of an input: every block reads the weights again, so a block has more floats than they do.
    /// </summary>
    private const int RowsForInput = 4;

    private readonly TransformerParameters parameters;
    private readonly PrefixTrie trie;
    private readonly RowSet prefixes, scored;
    private readonly int vocabularySize, promptLength, heads, laneDimension;

    public FusedTransformer(
        TransformerArchitecture architecture, INGramDistribution? distribution, int batchSize, int threads)
        : base(V.Count, threads)
    {
        int lanesOfHead = LaneChoice.LanesOfHead(architecture, batchSize, V.Count);
        bool outputsInLanes = lanesOfHead == V.Count;
        parameters = new TransformerParameters(Workspace, architecture, V.Count, lanesOfHead, outputsInLanes);
        (vocabularySize, promptLength) = (architecture.VocabularySize, architecture.PromptLength);
        (heads, laneDimension) = (parameters.Heads, parameters.LaneDimension);
        trie = new PrefixTrie(batchSize, promptLength, vocabularySize, architecture.FirstScored, threads);
        int capacity = batchSize * promptLength, layers = architecture.Options.Layers;
        (prefixes, scored) = (new RowSet(capacity, trie.Shares), new RowSet(capacity, trie.Shares));

        bool tabulates = vocabularySize <= batchSize;
        int d = architecture.Options.EmbeddingDimension;
        var stream = Tape.Accumulated(layers == 1 && tabulates ? scored : prefixes, d);
        AddRows(stream.Rows, new Lookup<V>(parameters.WordEmbedding, trie.Token, stream));
        for (int layer = 0; layer < layers; layer++)
        {
            var queries = layer == layers - 1 ? scored : prefixes;
            var projected =
                layer == 0 && tabulates
                    ? ProjectTable(parameters.Layers[layer], layers == 1 ? architecture.FirstScored : 0)
                    : Project(parameters.Layers[layer], stream, queries);
            stream = AddAttention(projected, stream, queries);
            if (parameters.Layers[layer].MlpBiases.Count == 0)
                continue;
            // Here a lane is a hidden unit, and there are enough units for the widest vectors, however many heads there are.
            stream = VectorWidths.InHardware.Contains(Floats16.Count)
                ? AddMlp<Floats16>(parameters.Layers[layer], stream, queries)
                : AddMlp<V>(parameters.Layers[layer], stream, queries);
        }
        AddLoss<V>(stream, parameters.Unembedding, trie.Targets, distribution);
    }

    public override IReadOnlyList<TensorPlacement> Placements => parameters.Placements;

    /// <summary>
    /// Lanes of the processor's widest vectors, or of the model's where only those fit the sections of weights.
    /// </summary>
    private static int Widest =>
        V.Count >= Floats8.Count && VectorWidths.InHardware.Contains(Floats16.Count) ? Floats16.Count : V.Count;

    private int Section => laneDimension * heads;

    protected override void Update(Adam adam, Part part)
    {
        foreach (var parameter in parameters.All)
            parameter.Update<V>(adam, part);
    }

    protected override void ClearGradients(Part part)
    {
        foreach (var parameter in parameters.All)
            parameter.ClearGradient(part);
    }

    protected override void ReadBatch(ReadOnlySpan<ushort> tokens)
    {
        trie.Build(tokens);
        prefixes.Set(0, trie.Nodes);
        scored.Set(trie.FirstScoredNode, trie.Nodes - trie.FirstScoredNode);
    }

    /// <summary>
    /// Queries, keys and projected values of every (position, token), from projections of N tokens and S positions.
    /// </summary>
    private Projected ProjectTable(TransformerLayerParameters layer, int firstQueried)
    {
        var rows = new RowSet(vocabularySize + promptLength);
        var input = Tape.Variable(rows, parameters.PositionEmbedding.Columns);
        var tokens = input.RowRange(0, vocabularySize);
        if (parameters.Compression is { } compression)
            AddRows(tokens.Rows, new Linear<V>(Workspace, parameters.WordEmbedding, compression, tokens));
        else
            AddRows(tokens.Rows, new Lookup<V>(parameters.WordEmbedding, Identity(vocabularySize), tokens));
        var positions = input.RowRange(vocabularySize, promptLength);
        AddRows(positions.Rows, new Lookup<V>(parameters.PositionEmbedding, Identity(promptLength), positions));

        var (query, key, values, operations) = Projections(layer, input);
        Tape.Add(new RowBlocks(rows, BlockRows(input), [.. operations]));
        RowSet table = new(vocabularySize * promptLength), own = new(table.Capacity);
        own.Set(firstQueried * vocabularySize, table.Capacity - firstQueried * vocabularySize);
        return new Projected(
            Expanded(query, new RowSet(own.Count), firstQueried),
            key is null ? InEveryHead(Expanded(input.Accumulating(false), table)) : Expanded(key, table),
            Expanded(values, table),
            trie.TokenPositions,
            own);
    }

    private Variable Expanded(Variable rows, RowSet table, int first = 0)
    {
        var expanded = Tape.Variable(table, rows.Columns);
        Tape.Add(new Expand<V>(rows, expanded, vocabularySize, promptLength, first));
        return expanded;
    }

    /// <summary>Queries, keys and projected values of every prefix.</summary>
    private Projected Project(TransformerLayerParameters layer, Variable stream, RowSet queries)
    {
        var positions = parameters.PositionEmbedding;
        var input = Tape.Variable(prefixes, positions.Columns);
        var (query, key, values, operations) = Projections(layer, input);
        List<RowOperation> block = [];
        if (parameters.Compression is { } compression)
        {
            var compressed = Tape.SharingGradient(prefixes, input);
            block.Add(new Linear<V>(Workspace, stream, compression, compressed));
            block.Add(new Lookup<V>(positions, trie.Depth, input, compressed));
        }
        else
        {
            block.Add(new Lookup<V>(positions, trie.Depth, input, stream));
        }
        Tape.Add(new RowBlocks(prefixes, BlockRows(input), [.. block, .. operations]));
        return new Projected(query, key ?? InEveryHead(input), values, trie.Prefixes, queries);
    }

    /// <summary>
    /// The heads' queries and keys, and their values after the output projection: either in two steps, or in one by the product
    /// of the two weights, which is computed once and not for every row of the input. Likewise the queries may have passed the
    /// keys' weights; then the input is the key of every head, and there are no other keys.
    /// </summary>
    private (Variable Query, Variable? Key, Variable Values, List<RowOperation> Operations) Projections(
        TransformerLayerParameters layer, Variable input)
    {
        Variable Outputs(int columns) => Tape.Variable(input.Rows, columns, Widest);
        var values = Outputs(parameters.ValueColumns);
        if (!HeadProducts.OfValues(input.Columns, parameters.HasOutputsInLanes ? parameters.HeadDimension : laneDimension))
        {
            var projections = Outputs(3 * Section);
            var (query, key) = Pair(projections);
            var output = OutputWeights(PartOf(projections, 2), layer, values);
            return (query, key, values, [Linear(input, layer.Input, projections), output]);
        }
        var added = input.Accumulating(true);
        var valueProduct = Tape.Accumulated(layer.Input.Rows, parameters.ValueColumns, Widest);
        AddOfParameters(valueProduct.Rows, OutputWeights(PartOf(layer.Input, 2), layer, valueProduct));
        if (parameters.HasOutputsInLanes || !HeadProducts.OfScores(input.Columns, laneDimension))
        {
            var projections = Outputs(2 * Section);
            var (query, key) = Pair(projections);
            var weights = layer.Input.ColumnRange(0, 2 * Section, accumulates: true);
            // Backward the values come first: queries and keys add to the input's gradient.
            return (query, key, values, [Linear(added, weights, projections), Linear(input, valueProduct, values)]);
        }
        var queries = Outputs(input.Columns * heads);
        var queryProduct = Tape.Accumulated(layer.Input.Rows, queries.Columns, Widest);
        AddOfParameters(queryProduct.Rows, PerHead(PartOf(layer.Input, 0), PartOf(layer.Input, 1), queryProduct));
        // Backward the keys come first.
        return (
            queries.InLanes(V.Count),
            null,
            values,
            [Linear(added, queryProduct, queries), Linear(added, valueProduct, values)]);
    }

    private (Variable Query, Variable Key) Pair(Variable projections) => (PartOf(projections, 0), PartOf(projections, 1));

    /// <summary>One section for all heads: queries, keys or values.</summary>
    private Variable PartOf(Variable sections, int part) =>
        sections.InLanes(V.Count).ColumnRange(part * Section, Section, accumulates: false);

    /// <summary>Values, or the weights that make them, pass the output weights of their heads.</summary>
    private RowOperation OutputWeights(Variable values, TransformerLayerParameters layer, Variable outputs) =>
        parameters.HasOutputsInLanes
            ? new HeadLinear<V>(Workspace, values, layer.Output, outputs, heads / V.Count, parameters.HeadDimension)
            : PerHead(values, layer.Output, outputs);

    /// <summary>In every head, rows or weights pass other weights. The gradient of the first is assigned.</summary>
    private PerHeadLinear<V> PerHead(Variable first, Variable second, Variable product) =>
        new(first, second, product, laneDimension, second.Value.Rows);

    /// <summary>The same key for every head.</summary>
    private Variable InEveryHead(Variable input)
    {
        var keys = Tape.Variable(input.Rows, input.Columns * heads);
        AddRows(input.Rows, new InEveryHead<V>(input, keys, heads));
        return keys;
    }

    /// <summary>Here a lane is an output: where there are enough outputs for the widest vectors, it uses those.</summary>
    private RowOperation Linear(Variable input, Variable weight, Variable output) =>
        Widest > V.Count && weight.Columns > Linear<V>.NarrowOutputs
            ? new Linear<Floats16>(Workspace, input, weight, output)
            : new Linear<V>(Workspace, input, weight, output);

    private Variable AddAttention(Projected projected, Variable stream, RowSet queries)
    {
        var output = Tape.SharingGradient(queries, stream);
        if (parameters.Decompression is { } decompression)
        {
            var mixed = Tape.Variable(queries, decompression.Value.Rows);
            Tape.Add(Attention(projected, mixed));
            AddRows(queries, new Linear<V>(Workspace, mixed, decompression, output, stream));
        }
        else
        {
            var mixed = Tape.SharingGradient(queries, stream);
            Tape.Add(Attention(projected, mixed));
            AddRows(queries, new Residual<V>(stream, mixed, output));
        }
        return output;
    }

    private Attention<V> Attention(Projected projected, Variable mixed)
    {
        var (query, key, value, rows, own) = projected;
        return new Attention<V>(
            Workspace, query, key, value, mixed, rows, own, parameters.HeadDimension, heads, parameters.LanesOfHead,
            parameters.HasOutputsInLanes);
    }

    private Variable AddMlp<W>(TransformerLayerParameters layer, Variable stream, RowSet queries) where W : struct, IFloats<W>
    {
        var hidden = stream;
        List<RowOperation> block = [];
        for (int i = 0; i < layer.MlpBiases.Count; i++)
        {
            var sums = Tape.Variable(queries, layer.MlpBiases[i].Columns, TransformerParameters.WideLanes);
            block.Add(new Linear<W>(Workspace, hidden, layer.MlpWeights[i], sums));
            hidden = Tape.SharingGradient(queries, sums);
            block.Add(new Gelu<W>(sums, layer.MlpBiases[i], hidden));
        }
        var output = Tape.SharingGradient(queries, stream);
        block.Add(new NarrowLinear<W>(hidden, layer.MlpWeights[^1], output, stream));
        Tape.Add(new RowBlocks(queries, LeastBlockRows, [.. block]));
        return output;
    }

    private void AddRows(RowSet rows, RowOperation operation) => Tape.Add(new RowBlocks(rows, rows.Capacity, operation));

    private void AddOfParameters(RowSet rows, RowOperation operation) =>
        Tape.AddOfParameters(new RowBlocks(rows, rows.Capacity, operation));

    private static int BlockRows(Variable input) => Math.Max(LeastBlockRows, RowsForInput * input.Columns);

    private static int[] Identity(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>What a layer's attention reads.</summary>
    private sealed record Projected(Variable Query, Variable Key, Variable Value, AttentionRows Rows, RowSet Own);
}
