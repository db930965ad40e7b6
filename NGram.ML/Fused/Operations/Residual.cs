using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>output = stream + change, all three with one gradient, so that backward has nothing to do.</summary>
internal sealed unsafe class Residual<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable stream, change, output;

    public Residual(Variable stream, Variable change, Variable output)
    {
        Shape.Require(stream.Value.Stride == output.Value.Stride && change.Value.Stride == output.Value.Stride);
        Shape.Require(stream.Gradient.Data == output.Gradient.Data && change.Gradient.Data == output.Gradient.Data);
        (this.stream, this.change, this.output) = (stream, change, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward()
    {
        Matrix x = stream.ValueOn(output.Rows), z = change.ValueOn(output.Rows), y = output.CurrentValue;
        Elementwise<V>.Sum(y.Data, x.Data, z.Data, (nint)y.Rows * y.Stride);
    }

    public override void Backward()
    {
    }
}
