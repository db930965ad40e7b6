using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output = (residual +) input weight.</summary>
/// <remarks>A residual shares the output's gradient, so passing it on takes no work.</remarks>
internal sealed class Linear<V> : RowOperation where V : struct, IFloats<V>
{
    /// <summary>
    /// Up to this many outputs the weight is transposed for the input's gradient, since the sum across lanes at the end of a dot
    /// product costs about as much as a short product; with more, it is computed by dot products of rows.
    /// </summary>
    public const int NarrowOutputs = 64;

    private readonly Variable input, weight, output;
    private readonly Variable? residual;
    private readonly Matrix transposed;
    private readonly bool transposes;

    /// <param name="workspace">Holds a transposed weight.</param>
    /// <param name="input">[rows, in].</param>
    /// <param name="weight">[in, out].</param>
    /// <param name="output">[rows, out].</param>
    /// <param name="residual">[rows, out], sharing the output's gradient.</param>
    public Linear(Workspace workspace, Variable input, Variable weight, Variable output, Variable? residual = null)
    {
        Shape.Require(input.Columns == weight.Value.Rows && weight.Columns == output.Columns);
        Shape.Require(residual == null || residual.Columns == output.Columns);
        (this.input, this.weight) = (input.InLanesUpTo(V.Count), weight.InLanesUpTo(V.Count));
        (this.output, this.residual) = (output.InLanesUpTo(V.Count), residual);
        // The input may be padded for narrower vectors only, which dot products do not know.
        transposes = weight.Columns <= NarrowOutputs && input.Value.Lanes >= V.Count;
        if (transposes)
            transposed = workspace.Allocate(weight.Columns, weight.Value.Rows, input.Value.Lanes);
    }

    public override Access[] ForwardAccesses =>
    [
        ReadsOwn(input.Value), ReadsOwn((residual ?? input).Value), ReadsAny(weight.Value), WritesOwn(output.Value),
    ];

    public override Access[] BackwardAccesses =>
        [ReadsOwn(output.Gradient), ReadsAny(transposes ? transposed : weight.Value), WritesOwn(input.Gradient)];

    public override Access[] ParameterAccesses =>
        [ReadsAny(output.Gradient), ReadsAny(input.Value), WritesOwn(weight.Gradient)];

    public override void Forward(int start, int count)
    {
        var y = output.Value.RowRange(start, count);
        if (residual != null)
            y.CopyFrom(residual.Value.RowRange(start, count));
        MatrixProduct<V>.Multiply(input.Value.RowRange(start, count), weight.Value, y, accumulate: residual != null);
    }

    public override void Prepare(Part part)
    {
        if (!transposes)
            return;
        var (start, count) = part.Of(weight.Value.Rows, Matrix.CacheLine);
        if (count > 0)
            Elementwise<V>.Transpose(weight.Value.RowRange(start, count), transposed.ColumnRange(start, count));
    }

    public override void Backward(int start, int count)
    {
        Matrix dy = output.Gradient.RowRange(start, count), dx = input.Gradient.RowRange(start, count);
        if (transposes)
            MatrixProduct<V>.Multiply(dy, transposed, dx, input.Accumulates);
        else
            DotProducts<V>.Multiply(dy, weight.Value, dx, input.Accumulates);
    }

    /// <remarks>A share of the columns, or of the rows where there are more of them.</remarks>
    public override void AddParameterGradient(int start, int count, Part part)
    {
        Matrix x = input.Value.RowRange(start, count), dy = output.Gradient.RowRange(start, count), dw = weight.Gradient;
        if (dw.Columns >= dw.Rows)
        {
            var (first, columns) = part.Of(dw.Columns, MatrixProduct<V>.PanelColumns);
            if (columns == 0)
                return;
            (dy, dw) = (dy.ColumnRange(first, columns), dw.ColumnRange(first, columns));
        }
        else
        {
            var (first, rows) = part.Of(dw.Rows, V.Count);
            if (rows == 0)
                return;
            (x, dw) = (x.ColumnRange(first, rows), dw.RowRange(first, rows));
        }
        MatrixProduct<V>.MultiplyLeftTransposed(x, dy, dw, accumulate: true);
    }
}
