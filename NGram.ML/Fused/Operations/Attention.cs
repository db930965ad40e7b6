using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(x) = sum over heads and keys of softmax(scale * query . key) value: attention of all heads side by side in lanes,
/// summed over the heads.
/// </summary>
/// <remarks>
/// The values have already passed the output projection. It is linear, so it can come before the mixing, where it is computed
/// once per key and not once per query; what remains is a sum over heads, the lanes. The score of a query's own key is subtracted
/// from all its scores, so it needs to be computed only once per row. All three gradients are assigned.
/// <para>
/// Backward, each thread has its own rows and adds the contributions of all queries to their gradients: first rows of values,
/// then those of queries and keys.
/// </para>
/// </remarks>
internal sealed unsafe class Attention<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable query, key, value, output;
    private readonly Matrix probability, probabilityGradient, ownScore, ownGradient;
    private readonly AttentionRows rows;
    private readonly RowSet own;
    private readonly int laneDimension, heads, lanesOfHead, valueVectors;
    private readonly bool outputsInLanes;
    private readonly float scale;
    private readonly Action<Part> ownScores, forward, mixBackward, softmaxBackward, scoresBackward;

    /// <summary>Of the current batch, while Forward or Backward runs.</summary>
    private AttentionQueries queries;

    /// <param name="workspace">Holds the probabilities, which backward needs again.</param>
    /// <param name="query">[rows, block of heads, i, lane]: all rows, or only those that can be a query's own.</param>
    /// <param name="key">[rows, block of heads, i, lane].</param>
    /// <param name="value">[rows, block of heads, m, lane], or [rows, head, m] where outputs are in lanes.</param>
    /// <param name="output">[queries, m].</param>
    /// <param name="rows">Which rows a query reads; an output row is a query.</param>
    /// <param name="own">The rows that can be a query's own: the last ones in use.</param>
    /// <param name="headDimension">Scores are divided by its square root; queries and keys may be longer.</param>
    /// <param name="heads">Lanes of all heads, padded to whole vectors.</param>
    /// <param name="lanesOfHead">Lanes that a head takes, each with a share of its dimensions.</param>
    /// <param name="outputsInLanes">Whether a head takes a whole vector, and its values have an output in each lane.</param>
    public Attention(
        Workspace workspace,
        Variable query,
        Variable key,
        Variable value,
        Variable output,
        AttentionRows rows,
        RowSet own,
        int headDimension,
        int heads,
        int lanesOfHead,
        bool outputsInLanes = false)
    {
        laneDimension = query.Columns / heads;
        Shape.Require(heads % V.Count == 0 && V.Count % lanesOfHead == 0);
        Shape.Require(query.Columns == laneDimension * heads && key.Columns == query.Columns);
        Shape.Require(!outputsInLanes || lanesOfHead == V.Count);
        valueVectors = outputsInLanes ? Matrix.Padded(output.Columns, V.Count) / V.Count : output.Columns;
        Shape.Require(value.Columns == valueVectors * heads);
        Shape.Require(!query.Accumulates && !key.Accumulates && !value.Accumulates);
        Shape.Require(key.Rows == value.Rows && own.Capacity == key.Rows.Capacity);
        Shape.Require(query.Rows == key.Rows || query.Rows.Capacity == own.Count);
        (this.query, this.key, this.value, this.output) = (query, key, value, output);
        (this.rows, this.own, this.heads, this.lanesOfHead) = (rows, own, heads, lanesOfHead);
        this.outputsInLanes = outputsInLanes;
        scale = 1 / MathF.Sqrt(headDimension);
        probability = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        probabilityGradient = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        ownScore = workspace.Allocate(query.Rows.Capacity, heads);
        ownGradient = workspace.Allocate(query.Rows.Capacity, heads);
        (ownScores, forward) = (OwnScores, Forward);
        (mixBackward, softmaxBackward, scoresBackward) = (MixBackward, SoftmaxBackward, ScoresBackward);
    }

    /// <summary>The row of the keys at which the queries begin.</summary>
    private int FirstQuery => query.Rows == key.Rows ? 0 : own.Start;

    public override void Forward(Team team)
    {
        // Row x of the probabilities belongs to the x-th query in use, not to row x of the output.
        int start = output.Rows.Start;
        fixed (int* count = &rows.KeyCount[start], parent = &rows.Parent[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, parent, k, FirstQuery);
            team.Run(ownScores);
            team.Run(forward);
        }
    }

    public override void Backward(Team team)
    {
        int start = output.Rows.Start;
        Shape.Require(key.Rows.Start == 0 && own.Start + own.Count == key.Rows.Count);
        fixed (int* count = &rows.KeyCount[start], parent = &rows.Parent[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, parent, k, FirstQuery);
            team.Run(mixBackward);
            team.Run(softmaxBackward);
            team.Run(scoresBackward);
        }
    }

    private void OwnScores(Part part)
    {
        var (start, count) = OwnRows(part);
        AttentionScores<V>.Own(
            OfQueries(query.Value, start, count), key.Value.RowRange(start, count), OfQueries(ownScore, start, count),
            laneDimension, heads, scale);
    }

    /// <summary>Some queries.</summary>
    private void Forward(Part part)
    {
        var (start, count) = part.Of(rows.Work.BeforeQuery.AsSpan(output.Rows.Start, queries.Count + 1));
        var some = queries.Range(start, count);
        Matrix probabilities = probability.RowRange(start, count), mixed = output.CurrentValue.RowRange(start, count);
        AttentionScores<V>.Forward(some, query.Value, key.Value, ownScore, probabilities, laneDimension, heads, scale);
        AttentionSoftmax<V>.Forward(some, probabilities, heads, lanesOfHead);
        if (outputsInLanes)
            AttentionMix<V, OutputsInLanes<V>>.Forward(some, probabilities, value.Value, mixed, valueVectors, heads);
        else
            AttentionMix<V, HeadsInLanes<V>>.Forward(some, probabilities, value.Value, mixed, valueVectors, heads);
    }

    /// <summary>Some rows of values, and the probabilities of the queries that read them.</summary>
    private void MixBackward(Part part)
    {
        var (start, count) = OwnRows(part);
        Elementwise<V>.Clear(OfQueries(ownGradient, start, count));
        var (first, end) = Rows(part, rows.Work.MixBefore);
        int cleared = rows.OwnRowsAreDistinct ? Math.Clamp(own.Start, first, end) : end;
        Elementwise<V>.Clear(value.Gradient.RowRange(first, cleared - first));
        if (outputsInLanes)
            MixBackward<OutputsInLanes<V>>(first, end);
        else
            MixBackward<HeadsInLanes<V>>(first, end);
    }

    private void MixBackward<O>(int first, int end) where O : struct, IMixedOutputs<V>
    {
        AttentionMix<V, O>.OwnBackward(
            queries, OwnedBy(first, end), output.Rows.Start, rows.OwnRowsAreDistinct,
            probability, value.Value, output.CurrentGradient, probabilityGradient, value.Gradient, valueVectors, heads);
        AttentionMix<V, O>.OthersBackward(
            queries, first, end,
            probability, value.Value, output.CurrentGradient, probabilityGradient, value.Gradient, valueVectors, heads);
    }

    /// <summary>Some queries, all of those with the same own row.</summary>
    private void SoftmaxBackward(Part part)
    {
        var order = rows.ByOwn.AsSpan(output.Rows.Start, queries.Count);
        var (start, count) = part.Of(order.Length);
        int first = RunEnd(order, start), end = RunEnd(order, start + count);
        AttentionSoftmax<V>.Backward(
            queries, order[first..end], output.Rows.Start, probability, probabilityGradient, ownGradient, heads,
            lanesOfHead);
    }

    /// <summary>Some rows of queries and keys.</summary>
    private void ScoresBackward(Part part)
    {
        var (first, end) = Rows(part, rows.Work.ScoresBefore);
        int firstOwn = Math.Clamp(own.Start, first, end);
        if (query.Rows == key.Rows)
            Elementwise<V>.Clear(query.Gradient.RowRange(first, firstOwn - first));
        Elementwise<V>.Clear(key.Gradient.RowRange(first, firstOwn - first));
        int count = end - firstOwn;
        AttentionScores<V>.OwnBackward(
            OfQueries(query.Value, firstOwn, count), key.Value.RowRange(firstOwn, count), OfQueries(ownGradient, firstOwn, count),
            OfQueries(query.Gradient, firstOwn, count), key.Gradient.RowRange(firstOwn, count), laneDimension, heads, scale);
        AttentionScores<V>.QueryBackward(
            queries, first, end, key.Value, probabilityGradient, query.Gradient, laneDimension, heads, scale);
        AttentionScores<V>.KeyBackward(
            queries, first, end, query.Value, probabilityGradient, key.Gradient, laneDimension, heads, scale);
    }

    /// <summary>Own rows of the keys, as rows of a matrix that has only the queries' rows.</summary>
    private Matrix OfQueries(Matrix matrix, int start, int count) =>
        count == 0 ? matrix.RowRange(0, 0) : matrix.RowRange(start - FirstQuery, count);

    private (int Start, int Count) OwnRows(Part part)
    {
        var (start, count) = part.Of(own.Count);
        return (own.Start + start, count);
    }

    /// <summary>A part's rows of queries, keys and values, divided by the work that they take.</summary>
    private (int First, int End) Rows(Part part, int[] before)
    {
        var (start, count) = part.Of(before.AsSpan(0, key.Rows.Count + 1));
        return (start, start + count);
    }

    /// <summary>The queries whose own row is in a range, those with the same row together.</summary>
    private ReadOnlySpan<int> OwnedBy(int firstRow, int endRow)
    {
        int start = output.Rows.Start, end = start + queries.Count;
        var (from, to) = rows.OwnRowsAreDistinct
            ? (firstRow - own.Start + start, endRow - own.Start + start)
            : rows.OwnedBy(firstRow, endRow);
        (from, to) = (Math.Clamp(from, start, end), Math.Clamp(to, start, end));
        return rows.ByOwn.AsSpan(from, to - from);
    }

    /// <summary>The first place, from an index on, where the own row differs from that of the query before.</summary>
    private int RunEnd(ReadOnlySpan<int> order, int index)
    {
        int first = output.Rows.Start;
        while (index > 0 && index < order.Length && queries.Own(order[index] - first) == queries.Own(order[index - 1] - first))
            index++;
        return index;
    }
}
