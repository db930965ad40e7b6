using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

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
        ForwardPieces =
        [
            new Piece(
                Forward, Columns, ReadsAny(state.Value), ReadsAny(weight.Value), WritesOwn(stateTransposed), WritesOwn(logits)),
        ];
        BackwardPieces =
        [
            new Piece(
                Backward,
                Columns,
                ReadsOwn(logits), ReadsAny(weight.Value), WritesOwn(gradientTransposed), WritesAny(state.Gradient)),
            new Piece(AddWeightGradient, this, ReadsAny(logits), ReadsAny(stateTransposed), WritesOwn(weight.Gradient))
            {
                IsDeferrable = true,
            },
        ];
    }

    /// <summary>A share of the logits' columns.</summary>
    public object Columns { get; } = new();

    /// <summary>The same with room for all rows.</summary>
    public Matrix AllLogits => logits;

    /// <summary>[N, rows in use]: after Forward the logits, before Backward their gradient.</summary>
    public Matrix Logits => logits.ColumnRange(0, state.Rows.Count);

    public override IReadOnlyList<Piece> ForwardPieces { get; }

    public override IReadOnlyList<Piece> BackwardPieces { get; }

    /// <summary>
    /// Some rows of the batch, which are columns of the logits: those that the loss then does on the same thread.
    /// </summary>
    private void Forward(Part part)
    {
        var (start, count) = ColumnsOf(part);
        if (count == 0)
            return;
        var transposed = stateTransposed.ColumnRange(start, count);
        Elementwise<V>.Transpose(state.CurrentValue.RowRange(start, count), transposed);
        MatrixProduct<V>.Multiply(weight.Value, transposed, logits.ColumnRange(start, count), accumulate: false);
    }

    /// <summary>Some rows of the batch.</summary>
    private void Backward(Part part)
    {
        var (start, count) = ColumnsOf(part);
        if (count == 0)
            return;
        var gradient = gradientTransposed.ColumnRange(start, count);
        MatrixProduct<V>.MultiplyLeftTransposed(weight.Value, logits.ColumnRange(start, count), gradient, accumulate: false);
        Elementwise<V>.Transpose(gradient, state.CurrentGradient.RowRange(start, count));
    }

    /// <summary>Some tokens.</summary>
    private void AddWeightGradient(Part part)
    {
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

    private (int Start, int Count) ColumnsOf(Part part) => part.Of(state.Rows.Count, LogitExponentials<V>.Step);

    /// <summary>The loss works on two vectors at a time: a cache line.</summary>
    private static int PaddedRows(int rows) => Matrix.Padded(rows, V.Count) + V.Count;
}
