using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// logits [N, rows] = unembedding state', with a row of the batch in each lane, so that softmax and loss need no sums across
/// lanes. The loss replaces the logits by their gradient.
/// </summary>
internal sealed unsafe class Unembedding<V> : Operation where V : struct, IFloats<V>
{
    /// <summary>Number of tokens whose weight gradients are computed together.</summary>
    private const int Grain = 4;

    private readonly Variable state, weight;
    private readonly Matrix logits, stateTransposed, gradientTransposed;
    private readonly Action<Part> forward, backward;

    /// <param name="workspace">Holds the logits and the transposed states.</param>
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
        (forward, backward) = (Forward, Backward);
    }

    /// <summary>[N, rows in use]: after Forward the logits, before Backward their gradient.</summary>
    public Matrix Logits => logits.ColumnRange(0, state.Rows.Count);

    public override void Forward(Team team) => team.Run(forward);

    public override void Backward(Team team) => team.Run(backward);

    /// <summary>
    /// Some rows of the batch, which are columns of the logits: those that the loss then does on the same thread.
    /// </summary>
    private void Forward(Part part)
    {
        var (start, count) = Columns(part);
        if (count == 0)
            return;
        var transposed = stateTransposed.ColumnRange(start, count);
        Elementwise<V>.Transpose(state.CurrentValue.RowRange(start, count), transposed);
        MatrixProduct<V>.Multiply(weight.Value, transposed, logits.ColumnRange(start, count), accumulate: false);
    }

    /// <summary>Some rows of the batch, and some tokens' weights.</summary>
    private void Backward(Part part)
    {
        var (start, count) = Columns(part);
        if (count > 0)
        {
            var gradient = gradientTransposed.ColumnRange(start, count);
            MatrixProduct<V>.MultiplyLeftTransposed(
                weight.Value, logits.ColumnRange(start, count), gradient, accumulate: false);
            Elementwise<V>.Transpose(gradient, state.CurrentGradient.RowRange(start, count));
        }
        var (token, tokens) = part.Of(weight.Value.Rows, Grain);
        if (tokens > 0)
        {
            DotProducts<V>.Multiply(
                Logits.RowRange(token, tokens),
                stateTransposed.ColumnRange(0, state.Rows.Count),
                weight.Gradient.RowRange(token, tokens),
                accumulate: true);
        }
    }

    /// <summary>The workspace may be made for narrower vectors; the columns here are padded to these.</summary>
    private static Matrix InLanes(Matrix matrix) => new(matrix.Data, matrix.Rows, matrix.Columns, matrix.Stride, V.Count);

    private (int Start, int Count) Columns(Part part) => part.Of(state.Rows.Count, LogitExponentials<V>.Step);

    /// <summary>The loss works on two vectors at a time: a cache line.</summary>
    private static int PaddedRows(int rows) => Matrix.Padded(rows, V.Count) + V.Count;
}
