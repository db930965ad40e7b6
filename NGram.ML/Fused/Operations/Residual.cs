using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output = stream + change; all three share one gradient, so that backward has nothing to do.</summary>
internal sealed unsafe class Residual<V> : RowOperation where V : struct, IFloats<V>
{
    private readonly Variable stream, change, output;

    public Residual(Variable stream, Variable change, Variable output)
    {
        Shape.Require(stream.Value.Stride == output.Value.Stride && change.Value.Stride == output.Value.Stride);
        Shape.Require(stream.Gradient.Data == output.Gradient.Data && change.Gradient.Data == output.Gradient.Data);
        (this.stream, this.change, this.output) = (stream, change, output);
    }

    public override Access[] ForwardAccesses =>
        [ReadsOwn(stream.Value), ReadsOwn(change.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses => [];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int start, int count) => Elementwise<V>.Sum(
        output.Value[start], stream.Value[start], change.Value[start], (nint)count * output.Value.Stride);

    public override void Backward(int start, int count)
    {
    }
}
