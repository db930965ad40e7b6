using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output = residual + input weight', from many columns to few.</summary>
/// <remarks>
/// The few outputs are rows of the weight, as in PyTorch, and the inputs are lanes: the only padding is at the end of the inputs.
/// A residual shares the output's gradient, so passing it on takes no work.
/// </remarks>
internal sealed unsafe class NarrowLinear<V> : RowOperation where V : struct, IFloats<V>
{
    private readonly Variable input, weight, output, residual;

    /// <param name="input">[rows, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="output">[rows, out].</param>
    /// <param name="residual">[rows, out], sharing the output's gradient.</param>
    public NarrowLinear(Variable input, Variable weight, Variable output, Variable residual)
    {
        Shape.Require(input.Columns == weight.Columns && weight.Value.Rows == output.Columns);
        Shape.Require(residual.Columns == output.Columns && residual.Gradient.Data == output.Gradient.Data);
        (this.input, this.weight) = (input.InLanesUpTo(V.Count), weight.InLanesUpTo(V.Count));
        (this.output, this.residual) = (output, residual);
    }

    public override Access[] ForwardAccesses =>
        [ReadsOwn(input.Value), ReadsOwn(residual.Value), ReadsAny(weight.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses =>
        [ReadsOwn(output.Gradient), ReadsAny(weight.Value), WritesOwn(input.Gradient)];

    public override Access[] ParameterAccesses =>
        [ReadsAny(output.Gradient), ReadsAny(input.Value), WritesOwn(weight.Gradient)];

    public override void Forward(int start, int count)
    {
        var y = output.Value.RowRange(start, count);
        y.CopyFrom(residual.Value.RowRange(start, count));
        DotProducts<V>.Multiply(input.Value.RowRange(start, count), weight.Value, y, accumulate: true);
    }

    public override void Backward(int start, int count) => MatrixProduct<V>.Multiply(
        output.Gradient.RowRange(start, count), weight.Value, input.Gradient.RowRange(start, count), input.Accumulates);

    /// <remarks>A share of the inputs.</remarks>
    public override void AddParameterGradient(int start, int count, Part part)
    {
        var (first, columns) = part.Of(weight.Columns, MatrixProduct<V>.PanelColumns);
        if (columns == 0)
            return;
        MatrixProduct<V>.MultiplyLeftTransposed(
            output.Gradient.RowRange(start, count),
            input.Value.RowRange(start, count).ColumnRange(first, columns),
            weight.Gradient.ColumnRange(first, columns),
            accumulate: true);
    }
}
