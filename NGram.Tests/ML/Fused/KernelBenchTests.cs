using System.Diagnostics;
using System.Runtime.CompilerServices;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Operations;
using NGram.ML.Fused.Vectors;

namespace NGram.Tests.ML.Fused;

/// <summary>
/// Every kernel alone, in the sizes of three models, on vectors of every width of the processor: its fastest time and rate. To
/// judge a change: <c>NGram.Tests --filter FullyQualifiedName~KernelBench --output Detailed</c>, before and after.
/// </summary>
internal abstract unsafe class KernelBenchTests<V> where V : struct, IFloats<V>
{
    private const int Prompt = 2;
    private static readonly long Each = Stopwatch.Frequency / 10;

    private readonly Random random = new(1);
    private readonly List<Matrix> filled = [];
    private Workspace workspace = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("notebook", 50, 512, 10, 8, 22)]
    [DataRow("experiment 5 AoT", 70, 1024, 13, 13, 31)]
    [DataRow("larger dimension", 200, 1024, 50, 50, 11)]
    public void Kernels_are_timed_and_stay_finite(
        string model, int vocabulary, int batch, int dimension, int headDimension, int headCount)
    {
        if (!VectorWidths.InHardware.Contains(V.Count))
            Assert.Inconclusive($"This processor has no vectors of {V.Count} lanes.");
        using var memory = new Workspace(V.Count);
        workspace = memory;
        double peak = VectorWidths.Peak(V.Count, TimeSpan.FromMilliseconds(50));
        TestContext.WriteLine($"{model}, {V.Count} lanes, peak {peak / 1e9:0} GFLOP/s");
        var trie = new PrefixTrie(batch, Prompt, vocabulary, firstScored: 1);
        int heads = Matrix.Padded(headCount, V.Count);
        Attention(trie, vocabulary, batch, headDimension, heads);
        Loss(trie, vocabulary, batch, dimension);
        Projections(vocabulary + Prompt, headDimension, heads);
        // Times are for people: what they are worth depends on what else runs.
        foreach (var matrix in filled)
        {
            for (int row = 0; row < matrix.Rows; row++)
                Assert.IsTrue(new ReadOnlySpan<float>(matrix[row], matrix.Columns).ToArray().All(float.IsFinite));
        }
    }

    private void Attention(PrefixTrie trie, int vocabulary, int batch, int dimension, int heads)
    {
        var rows = trie.TokenPositions;
        ushort[] tokens = new ushort[batch * (Prompt + 1)];
        var law = new PowerLaw { VocabularySize = vocabulary }.CreateDistribution(1);
        new SequenceSampler(law, Prompt + 1, 1).Fill(0, tokens);
        Time("trie", 0, () => trie.Build(tokens));
        int first = trie.FirstScoredNode, count = trie.Nodes - first, table = vocabulary * Prompt;
        int floats = dimension * heads;
        Matrix query = Fill(table, floats), key = Fill(table, floats), value = Fill(table, floats);
        Matrix dQuery = Fill(table, floats), dKey = Fill(table, floats), dValue = Fill(table, floats);
        Matrix own = Fill(table, heads), dOwn = Fill(table, heads);
        Matrix score = Fill(batch, Prompt * heads), dScore = Fill(batch, Prompt * heads), mixed = Fill(batch, dimension);
        fixed (int* keyCount = &rows.KeyCount[first], parent = &rows.Parent[first], keys = &rows.Keys[first * Prompt])
        {
            var queries = new AttentionQueries(count, Prompt, keyCount, parent, keys);
            double product = 2.0 * count * heads * dimension;
            Time("own scores", 2.0 * table * heads * dimension, () =>
                AttentionScores<V>.Own(query, key, own, dimension, heads, 0.3f));
            Time("scores", product, () => AttentionScores<V>.Forward(queries, query, key, own, score, dimension, heads, 0.3f));
            Time("softmax", 0, () => AttentionSoftmax<V>.Forward(queries, score, heads, 1));
            Time("mix", 2 * product, () => AttentionMix<V, HeadsInLanes<V>>.Forward(
                queries, score, value, mixed, dimension, heads));
            Time("mix back, own", 2 * product, () => AttentionMix<V, HeadsInLanes<V>>.OwnBackward(
                queries, rows.ByOwn.AsSpan(first, count), first, false, score, value, mixed, dScore, dValue, dimension, heads));
            Time("mix back, others", 2 * product, () => AttentionMix<V, HeadsInLanes<V>>.OthersBackward(
                queries, 0, table, score, value, mixed, dScore, dValue, dimension, heads));
            Time("softmax back", 0, () => AttentionSoftmax<V>.Backward(
                queries, rows.ByOwn.AsSpan(first, count), first, score, dScore, dOwn, heads, 1));
            Time("own scores back", 2.0 * table * heads * dimension, () =>
                AttentionScores<V>.OwnBackward(query, key, dOwn, dQuery, dKey, dimension, heads, 0.3f));
            Time("scores back, queries", product, () =>
                AttentionScores<V>.QueryBackward(queries, 0, table, key, dScore, dQuery, dimension, heads, 0.3f));
            Time("scores back, keys", product, () =>
                AttentionScores<V>.KeyBackward(queries, 0, table, query, dScore, dKey, dimension, heads, 0.3f));
        }
    }

    private void Loss(PrefixTrie trie, int vocabulary, int batch, int dimension)
    {
        int count = trie.Nodes - trie.FirstScoredNode;
        Variable state = Input(new RowSet(count), dimension), weight = Input(new RowSet(vocabulary), dimension);
        var unembedding = new Unembedding<V>(workspace, state, weight);
        var loss = new NextTokenLoss<V>(workspace, unembedding, trie.Targets, batch);
        double product = 2.0 * count * vocabulary * dimension;
        Time("unembedding", product, () => unembedding.Forward());
        Time("loss", 0, () => loss.Forward());
        Time("unembedding back", 2 * product, () => unembedding.Backward());
    }

    private void Projections(int rows, int dimension, int heads)
    {
        int section = dimension * heads;
        var all = new RowSet(rows);
        Variable input = Input(all, dimension), projected = Input(all, 3 * section), mixed = Input(all, section);
        var linear = new RowBlocks(
            all, rows, new Linear<V>(workspace, input, Input(new RowSet(dimension), 3 * section), projected));
        double product = 2.0 * rows * dimension * section;
        Time("projection", 3 * product, () => linear.Forward());
        Time("projection back", 6 * product, () => linear.Backward());
        var perHead = new RowBlocks(all, rows, new PerHeadLinear<V>(
            projected.ColumnRange(2 * section, section, accumulates: false),
            Input(new RowSet(dimension), section),
            mixed,
            dimension,
            dimension));
        Time("output projection", product, () => perHead.Forward());
        Time("output projection back", 2 * product, () => perHead.Backward());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Time(string name, double operations, Action kernel)
    {
        for (int i = 0; i < 40; i++)
            kernel();
        long best = long.MaxValue, end = Stopwatch.GetTimestamp() + Each;
        for (long start = Stopwatch.GetTimestamp(), now; start < end; start = now)
        {
            kernel();
            now = Stopwatch.GetTimestamp();
            best = Math.Min(best, now - start);
        }
        double seconds = (double)best / Stopwatch.Frequency, rate = operations / seconds;
        TestContext.WriteLine($"{name,-24}{seconds * 1e6,9:0.0} us{rate / 1e9,9:0.0} GFLOP/s");
    }

    private Variable Input(RowSet rows, int columns) =>
        new(rows, Fill(rows.Capacity, columns), Fill(rows.Capacity, columns), accumulates: false);

    private Matrix Fill(int rows, int columns)
    {
        var matrix = workspace.Allocate(rows, columns);
        filled.Add(matrix);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                matrix[row][column] = (float)(random.NextDouble() - 0.5);
        }

        return matrix;
    }
}

[TestClass]
[TestCategory("Slow")]
[DoNotParallelize]
internal sealed class KernelBenchTests4 : KernelBenchTests<Floats4>;

[TestClass]
[TestCategory("Slow")]
[DoNotParallelize]
internal sealed class KernelBenchTests8 : KernelBenchTests<Floats8>;

[TestClass]
[TestCategory("Slow")]
[DoNotParallelize]
internal sealed class KernelBenchTests16 : KernelBenchTests<Floats16>;
