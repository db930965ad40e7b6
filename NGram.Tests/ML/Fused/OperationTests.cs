using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Operations;
using NGram.ML.Fused.Vectors;

namespace NGram.Tests.ML.Fused;

/// <summary>Every operation's backward against central differences of its forward.</summary>
internal abstract class OperationTests<V> where V : struct, IFloats<V>
{
    [TestMethod]
    [DataRow(5, 3, 7)]
    [DataRow(6, 9, 33)]
    [DataRow(3, 4, 70)] // wide: rows are dotted
    public void Linear_has_the_gradient_of_its_output(int rows, int inputs, int outputs)
    {
        foreach (bool accumulates in (bool[])[true, false])
        {
            using var bench = new OperationBench(V.Count);
            Variable x = bench.Input("input", rows, inputs, accumulates),
                w = bench.Input("weight", inputs, outputs),
                y = bench.Output(rows, outputs);
            bench.Check(new Linear<V>(bench.Workspace, x, w, y), y);
        }
    }

    [TestMethod]
    public void Linear_with_a_residual_has_the_gradient_of_its_output()
    {
        using var bench = new OperationBench(V.Count);
        Variable x = bench.Input("input", 5, 3), w = bench.Input("weight", 3, 4), residual = bench.Input("residual", 5, 4);
        var y = bench.Sharing(residual);
        bench.Check(new Linear<V>(bench.Workspace, x, w, y, residual), y);
    }

    [TestMethod]
    public void Lookup_has_the_gradient_of_its_output()
    {
        using var bench = new OperationBench(V.Count);
        Variable table = bench.Input("table", 3, 5), addend = bench.Input("addend", 6, 5), y = bench.Output(6, 5);
        bench.Check(new Lookup<V>(table, [2, 0, 1, 2, 2, 0], y, addend), y);
    }

    [TestMethod]
    public void Lookup_touches_only_the_rows_in_use()
    {
        using var bench = new OperationBench(V.Count);
        Variable table = bench.Input("table", 3, 5), y = bench.Output(6, 5);
        y.Rows.Set(2, 3);
        bench.Check(new Lookup<V>(table, [9, 9, 1, 2, 2, 9], y), y);
    }

    [TestMethod]
    public void Expand_has_the_gradient_of_its_output()
    {
        using var bench = new OperationBench(V.Count);
        Variable x = bench.Input("input", 4 + 3, 5, accumulates: false), y = bench.Output(4 * 3, 5);
        bench.Check(new Expand<V>(x, y, tokens: 4, positions: 3), y);
    }

    [TestMethod]
    [DataRow(37, 6)]
    [DataRow(5, 13)]
    public void NarrowLinear_has_the_gradient_of_its_output(int inputs, int outputs)
    {
        using var bench = new OperationBench(V.Count);
        Variable x = bench.Input("input", 7, inputs, accumulates: false),
            w = bench.Input("weight", outputs, inputs),
            residual = bench.Input("residual", 7, outputs);
        var y = bench.Sharing(residual);
        bench.Check(new NarrowLinear<V>(x, w, y, residual), y);
    }

    [TestMethod]
    [DataRow(3, 4)]
    [DataRow(5, 1)]
    public void PerHeadLinear_has_the_gradient_of_its_output(int inputs, int outputs)
    {
        using var bench = new OperationBench(V.Count);
        Variable x = bench.Input("input", 6, 2 * inputs * V.Count, accumulates: false),
            w = bench.Input("weight", outputs, 2 * inputs * V.Count);
        var y = bench.Output(6, 2 * outputs * V.Count);
        bench.Check(new PerHeadLinear<V>(x, w, y, inputs, outputs), y);
    }

    [TestMethod]
    [DataRow(3, 4)]
    [DataRow(13, 1)]
    public void HeadLinear_has_the_gradient_of_its_output(int inputs, int outputs)
    {
        const int Heads = 2;
        using var bench = new OperationBench(V.Count);
        int from = Heads * Matrix.Padded(inputs, V.Count), to = Heads * Matrix.Padded(outputs, V.Count);
        Variable x = bench.Input("input", 6, from, accumulates: false), w = bench.Input("weight", from, outputs);
        var y = bench.Output(6, to);
        bench.Check(new HeadLinear<V>(bench.Workspace, x, w, y, Heads, inputs), y);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void InEveryHead_has_the_gradient_of_its_output(bool accumulates)
    {
        using var bench = new OperationBench(V.Count);
        var x = bench.Input("input", 5, 7, accumulates);
        var y = bench.Output(5, 7 * 2 * V.Count);
        bench.Check(new InEveryHead<V>(x, y, 2 * V.Count), y);
    }

    /// <summary>
    /// Queries of one to four keys, the own one last: a family of six siblings and more than a tile, own rows that several
    /// queries have, rows that are no query's own, outputs by fours and beyond.
    /// </summary>
    [TestMethod]
    [DataRow(3, 5, 1)]
    [DataRow(1, 2, 2)]
    [DataRow(4, 4, 1)]
    [DataRow(2, 3, 4)]
    public void Attention_has_the_gradient_of_its_output(int laneDimension, int outputDimension, int lanesOfHead)
    {
        var rows = new AttentionRows(11, 4, [1, 1, 2, 2, 2, 2, 2, 2, 3, 4, 4], [-1, -1, 0, 0, 0, 0, 0, 0, 2, 8, 8], ownRows: 6);
        int[][] keys = [[2], [3], [0, 2], [0, 4], [0, 4], [0, 4], [0, 4], [0, 2], [1, 0, 4], [1, 0, 4, 5], [1, 0, 4, 3]];
        CheckAttention(rows, keys, keyRows: 6, firstOwn: 2, laneDimension, outputDimension, lanesOfHead);
    }

    [TestMethod]
    public void Attention_with_a_row_for_every_query_has_the_gradient_of_its_output()
    {
        var rows = new AttentionRows(7, 3, [1, 2, 2, 2, 2, 3], [-1, 0, 0, 0, 0, 1]);
        // What a query sees is of its own thread.
        var shares = new RowShares(1, 2);
        (shares[0, 1], shares[0, 2]) = (7, 7);
        CheckAttention(
            rows, [[1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 2, 6]], keyRows: 7, firstOwn: 1, 2, 3, V.Count, shares: shares);
    }

    /// <summary>The same where a head takes a vector, with outputs beyond four vectors.</summary>
    [TestMethod]
    [DataRow(2, 3)]
    [DataRow(1, 67)]
    public void Attention_with_outputs_in_lanes_has_the_gradient_of_its_output(int laneDimension, int outputDimension)
    {
        var rows = new AttentionRows(11, 3, [1, 1, 2, 2, 2, 2, 2, 2, 3], [-1, -1, 0, 0, 0, 0, 0, 0, 2], ownRows: 6);
        int[][] keys = [[2], [3], [0, 2], [0, 4], [0, 4], [0, 4], [0, 4], [0, 5], [1, 0, 4]];
        CheckAttention(
            rows, keys, keyRows: 6, firstOwn: 2, laneDimension, outputDimension, V.Count, outputsInLanes: true);
    }

    private static void CheckAttention(
        AttentionRows rows,
        int[][] keys,
        int keyRows,
        int firstOwn,
        int laneDimension,
        int outputDimension,
        int lanesOfHead,
        bool outputsInLanes = false,
        RowShares? shares = null)
    {
        using var bench = new OperationBench(V.Count);
        int heads = 2 * V.Count;
        for (int x = 0; x < keys.Length; x++)
            keys[x].CopyTo(rows.Keys, x * rows.MaxKeys);
        rows.SortByOwn(keys.Length);
        if (!rows.OwnRowsAreDistinct)
            rows.Work.Count(rows, keys.Length);
        RowSet all = new(keyRows, shares), own = new(keyRows, shares);
        own.Set(firstOwn, keyRows - firstOwn);
        int valueVectors = outputsInLanes ? Matrix.Padded(outputDimension, V.Count) / V.Count : outputDimension;
        // Rows that no query has as its own have no influence as queries, but those that have must be among the own.
        Variable q = bench.Input("query", keyRows, laneDimension * heads, accumulates: false, rows: all),
            k = bench.Input("key", keyRows, laneDimension * heads, accumulates: false, rows: all),
            v = bench.Input("value", keyRows, valueVectors * heads, accumulates: false, rows: all);
        var z = bench.Output(keys.Length, outputDimension, shares);
        int headDimension = laneDimension * lanesOfHead;
        bench.Check(
            new Attention<V>(bench.Workspace, q, k, v, z, rows, own, headDimension, heads, lanesOfHead, outputsInLanes), z);
    }

    [TestMethod]
    public void Gelu_has_the_gradient_of_its_output()
    {
        using var bench = new OperationBench(V.Count);
        // Forward replaces its input by the derivative: a copy in front keeps what is differentiated.
        Variable x = bench.Input("input", 5, 7, scale: 3),
            bias = bench.Input("bias", 1, 7),
            copy = bench.Output(5, 7),
            y = bench.Sharing(copy);
        bench.Check(new RowBlocks(y.Rows, 2, new Lookup<V>(x, [0, 1, 2, 3, 4], copy.On(y.Rows)), new Gelu<V>(copy, bias, y)), y);
    }

    [TestMethod]
    public void Residual_has_the_gradient_of_its_output()
    {
        using var bench = new OperationBench(V.Count);
        var stream = bench.Input("stream", 4, 5);
        Variable change = bench.Sharing(stream), y = bench.Sharing(stream);
        bench.Check(new Residual<V>(stream, change, y), y);
    }
}

[TestClass]
internal sealed class OperationTests4 : OperationTests<Floats4>;

[TestClass]
internal sealed class OperationTests8 : OperationTests<Floats8>;

[TestClass]
internal sealed class OperationTests16 : OperationTests<Floats16>;
