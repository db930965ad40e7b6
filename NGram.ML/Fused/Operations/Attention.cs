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
/// computed once a key instead of once a query; what is left is a sum over heads, the lanes. Queries read rows of keys and
/// values that others read too, so all three gradients accumulate.
/// </remarks>
internal sealed unsafe class Attention<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable query, key, value, output;
    private readonly Matrix probability, probabilityGradient;
    private readonly AttentionRows rows;
    private readonly int headDimension, heads;
    private readonly float scale;

    /// <param name="workspace">Where the probabilities are kept, which backward needs again.</param>
    /// <param name="query">[rows, block of heads, i, lane].</param>
    /// <param name="key">[rows, block of heads, i, lane].</param>
    /// <param name="value">[rows, block of heads, m, lane].</param>
    /// <param name="output">[queries, m].</param>
    /// <param name="rows">Which rows a query reads; an output row is a query.</param>
    /// <param name="headDimension">Dimension of a head: scores are scaled by its root.</param>
    /// <param name="heads">Heads, padded to whole vectors.</param>
    public Attention(
        Workspace workspace,
        Variable query,
        Variable key,
        Variable value,
        Variable output,
        AttentionRows rows,
        int headDimension,
        int heads)
    {
        Shape.Require(heads % V.Count == 0);
        Shape.Require(query.Columns == headDimension * heads && key.Columns == query.Columns);
        Shape.Require(value.Columns == output.Columns * heads);
        Shape.Require(query.Accumulates && key.Accumulates && value.Accumulates);
        (this.query, this.key, this.value, this.output) = (query, key, value, output);
        (this.rows, this.headDimension, this.heads) = (rows, headDimension, heads);
        scale = 1 / MathF.Sqrt(headDimension);
        probability = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        probabilityGradient = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
    }

    public override void Forward()
    {
        // Row x of the probabilities belongs to the x-th query in use, not to row x of the output.
        int start = output.Rows.Start;
        fixed (int* count = &rows.KeyCount[start], q = &rows.Query[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            var queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, q, k);
            AttentionScores<V>.Forward(queries, query.Value, key.Value, probability, headDimension, heads, scale);
            AttentionSoftmax<V>.Forward(queries, probability, heads);
            AttentionMix<V>.Forward(queries, probability, value.Value, output.CurrentValue, output.Columns, heads);
        }
    }

    public override void Backward()
    {
        int start = output.Rows.Start;
        fixed (int* count = &rows.KeyCount[start], q = &rows.Query[start], k = &rows.Keys[start * rows.MaxKeys])
        {
            var queries = new AttentionQueries(output.Rows.Count, rows.MaxKeys, count, q, k);
            AttentionMix<V>.Backward(
                queries,
                probability,
                value.Value,
                output.CurrentGradient,
                probabilityGradient,
                value.Gradient,
                output.Columns,
                heads);
            AttentionSoftmax<V>.Backward(queries, probability, probabilityGradient, heads);
            AttentionScores<V>.Backward(
                queries, query.Value, key.Value, probabilityGradient, query.Gradient, key.Gradient, headDimension, heads, scale);
        }
    }
}
