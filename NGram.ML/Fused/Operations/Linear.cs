using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>output = (residual +) input weight.</summary>
/// <remarks>A residual has the output's gradient: passing it on takes no work.</remarks>
internal sealed class Linear<V> : Operation where V : struct, IFloats<V>
{
    /// <summary>
    /// Up to this many outputs the weight is transposed for the input's gradient, since the sum across lanes that ends a dot
    /// product costs about as much as a short product; with more outputs, rows are dotted.
    /// </summary>
    private const int NarrowOutputs = 64;

    private readonly Variable input, weight, output;
    private readonly Variable? residual;
    private readonly Matrix transposed;

    /// <param name="workspace">Where a transposed weight is kept.</param>
    /// <param name="input">[rows, in].</param>
    /// <param name="weight">[in, out].</param>
    /// <param name="output">[rows, out].</param>
    /// <param name="residual">[rows, out], sharing the output's gradient.</param>
    public Linear(Workspace workspace, Variable input, Variable weight, Variable output, Variable? residual = null)
    {
        Shape.Require(input.Columns == weight.Value.Rows && weight.Columns == output.Columns);
        Shape.Require(residual == null || residual.Columns == output.Columns);
        (this.input, this.weight, this.output, this.residual) = (input, weight, output, residual);
        if (weight.Columns <= NarrowOutputs)
            transposed = workspace.Allocate(weight.Columns, weight.Value.Rows);
    }

    public override void Forward()
    {
        var y = output.CurrentValue;
        if (residual != null)
            y.CopyFrom(residual.ValueOn(output.Rows));
        MatrixProduct<V>.Multiply(input.ValueOn(output.Rows), weight.Value, y, accumulate: residual != null);
    }

    public override void Backward()
    {
        var dy = output.CurrentGradient;
        MatrixProduct<V>.MultiplyLeftTransposed(input.ValueOn(output.Rows), dy, weight.Gradient, accumulate: true);
        var dx = input.GradientOn(output.Rows);
        if (weight.Columns > NarrowOutputs)
        {
            DotProducts<V>.Multiply(dy, weight.Value, dx, input.Accumulates);
            return;
        }
        Elementwise<V>.Transpose(weight.Value, transposed);
        MatrixProduct<V>.Multiply(dy, transposed, dx, input.Accumulates);
    }
}
