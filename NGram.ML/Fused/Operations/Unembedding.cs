using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// logits [N, rows] = unembedding state', a row of the batch in each lane, so that softmax and loss need no sums across
/// lanes. The loss replaces the logits by their gradient.
/// </summary>
internal sealed unsafe class Unembedding<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable state, weight;
    private readonly Matrix logits, stateTransposed, gradientTransposed;

    /// <param name="workspace">Where the logits and the transposed states are kept.</param>
    /// <param name="state">[rows, d]; its gradient is assigned, since nothing after it reads the state.</param>
    /// <param name="weight">[N, d].</param>
    public Unembedding(Workspace workspace, Variable state, Variable weight)
    {
        Shape.Require(state.Columns == weight.Columns);
        (this.state, this.weight) = (state, weight);
        int columns = PaddedRows(state.Rows.Capacity);
        logits = InLanes(workspace.Allocate(weight.Value.Rows, columns));
        stateTransposed = InLanes(workspace.Allocate(state.Columns, columns));
        gradientTransposed = InLanes(workspace.Allocate(state.Columns, columns));
    }

    /// <summary>[N, rows in use]: after Forward the logits, before Backward their gradient.</summary>
    public Matrix Logits => logits.ColumnRange(0, state.Rows.Count);

    public override void Forward()
    {
        var transposed = stateTransposed.ColumnRange(0, state.Rows.Count);
        Elementwise<V>.Transpose(state.CurrentValue, transposed);
        MatrixProduct<V>.Multiply(weight.Value, transposed, Logits, accumulate: false);
    }

    public override void Backward()
    {
        var gradient = gradientTransposed.ColumnRange(0, state.Rows.Count);
        DotProducts<V>.Multiply(Logits, stateTransposed.ColumnRange(0, state.Rows.Count), weight.Gradient, accumulate: true);
        MatrixProduct<V>.MultiplyLeftTransposed(weight.Value, Logits, gradient, accumulate: false);
        Elementwise<V>.Transpose(gradient, state.CurrentGradient);
    }

    /// <summary>The workspace may be made for narrower vectors; the columns here are padded to these.</summary>
    private static Matrix InLanes(Matrix matrix) => new(matrix.Data, matrix.Rows, matrix.Columns, matrix.Stride, V.Count);

    /// <summary>The loss works on two vectors at a time: a cache line.</summary>
    private static int PaddedRows(int rows) => Matrix.Padded(rows, V.Count) + V.Count;
}
