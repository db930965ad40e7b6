using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(x) = sum over heads and keys of softmax(scale * query . key) value: attention of all heads side by side in lanes,
/// summed over the heads.
/// </summary>
/// <remarks>
/// The values have passed the output projection already. It is linear, so it may come before the mixing, and there it is
/// computed once a key instead of once a query; what is left is a sum over heads, the lanes. The score of a query's own key is
/// taken from all its scores, and so has to be computed once a row only. All three gradients are assigned.
/// </remarks>
internal sealed unsafe class Attention<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable query, key, value, output;
    private readonly Matrix probability, probabilityGradient, ownScore, ownGradient;
    private readonly AttentionRows rows;
    private readonly RowSet own;
    private readonly int headDimension, heads;
    private readonly float scale;

    /// <param name="workspace">Where the probabilities are kept, which backward needs again.</param>
    /// <param name="query">[rows, block of heads, i, lane]: of all rows, or of those only that may be a query's own.</param>
    /// <param name="key">[rows, block of heads, i, lane].</param>
    /// <param name="value">[rows, block of heads, m, lane].</param>
    /// <param name="output">[queries, m].</param>
    /// <param name="rows">Which rows a query reads; an output row is a query.</param>
    /// <param name="own">The rows that may be a query's own: the last ones in use.</param>
    /// <param name="headDimension">Dimension of a head: scores are scaled by its root.</param>
    /// <param name="heads">Heads, padded to whole vectors.</param>
    public Attention(
        Workspace workspace,
        Variable query,
        Variable key,
        Variable value,
        Variable output,
        AttentionRows rows,
        RowSet own,
        int headDimension,
        int heads)
    {
        Shape.Require(heads % V.Count == 0);
        Shape.Require(query.Columns == headDimension * heads && key.Columns == query.Columns);
        Shape.Require(value.Columns == output.Columns * heads);
        Shape.Require(!query.Accumulates && !key.Accumulates && !value.Accumulates);
        Shape.Require(key.Rows == value.Rows && own.Capacity == key.Rows.Capacity);
        Shape.Require(query.Rows == key.Rows || query.Rows.Capacity == own.Count);
        (this.query, this.key, this.value, this.output) = (query, key, value, output);
        (this.rows, this.own, this.headDimension, this.heads) = (rows, own, headDimension, heads);
        scale = 1 / MathF.Sqrt(headDimension);
        probability = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        probabilityGradient = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        ownScore = workspace.Allocate(query.Rows.Capacity, heads);
        ownGradient = workspace.Allocate(query.Rows.Capacity, heads);
    }

    /// <summary>The row of the keys at which the queries begin.</summary>
    private int FirstQuery => query.Rows == key.Rows ? 0 : own.Start;

    public override void Forward()
    {
        int first = own.Start - FirstQuery;
        // Row x of the probabilities belongs to the x-th query in use, not to row x of the output.
        int start = output.Rows.Start;
        fixed (int* count = &rows.KeyCount[start], parent = &rows.Parent[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            var queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, parent, k, FirstQuery);
            AttentionScores<V>.Own(
                query.Value.RowRange(first, own.Count), key.ValueOn(own), ownScore.RowRange(first, own.Count),
                headDimension, heads, scale);
            AttentionScores<V>.Forward(
                queries, query.Value, key.Value, ownScore, probability, headDimension, heads, scale);
            AttentionSoftmax<V>.Forward(queries, probability, heads);
            AttentionMix<V>.Forward(queries, probability, value.Value, output.CurrentValue, output.Columns, heads);
        }
    }

    public override void Backward()
    {
        int start = output.Rows.Start;
        int first = own.Start - FirstQuery, before = own.Start - key.Rows.Start;
        var ownRows = ownGradient.RowRange(first, own.Count);
        ownRows.Clear();
        Shape.Require(before >= 0 && before + own.Count == key.Rows.Count);
        if (query.Rows == key.Rows)
            Elementwise<V>.Clear(query.CurrentGradient.RowRange(0, before));
        Elementwise<V>.Clear(key.CurrentGradient.RowRange(0, before));
        Elementwise<V>.Clear(value.CurrentGradient.RowRange(0, rows.OwnRowsAreDistinct ? before : key.Rows.Count));
        fixed (int* count = &rows.KeyCount[start], parent = &rows.Parent[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            var queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, parent, k, FirstQuery);
            // Rows in use are the last, and so are their own rows: the order of all ends with theirs.
            var byOwn = rows.OwnRowsAreDistinct ? [] : rows.ByOwn.AsSpan(start, output.Rows.Count);
            AttentionMix<V>.Backward(
                queries,
                probability,
                value.Value,
                output.CurrentGradient,
                probabilityGradient,
                value.Gradient,
                output.Columns,
                heads,
                byOwn,
                start);
            AttentionSoftmax<V>.Backward(queries, probability, probabilityGradient, ownGradient, heads);
            AttentionScores<V>.OwnBackward(
                query.Value.RowRange(first, own.Count), key.ValueOn(own), ownRows, query.Gradient.RowRange(first, own.Count),
                key.GradientOn(own), headDimension, heads, scale);
            AttentionScores<V>.Backward(
                queries, query.Value, key.Value, probabilityGradient, query.Gradient, key.Gradient, headDimension, heads, scale);
        }
    }
}
