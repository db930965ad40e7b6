using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output = gelu(input + bias) with gelu(x) = x Phi(x), exact.</summary>
/// <remarks>
/// Forward leaves the derivative in the input's value; input and output share their gradient. Every width gives the same
/// elements.
/// </remarks>
internal sealed unsafe class Gelu<V> : RowOperation where V : struct, IFloats<V>
{
    private const float InverseSqrtTwoPi = 0.39894228f;
    private readonly Variable input, bias, output;

    /// <param name="input">[rows, width].</param>
    /// <param name="bias">[1, width].</param>
    /// <param name="output">[rows, width], sharing the input's gradient.</param>
    public Gelu(Variable input, Variable bias, Variable output)
    {
        Shape.Require(input.Columns == output.Columns && bias.Columns == output.Columns && bias.Value.Rows == 1);
        Shape.Require(input.Gradient.Data == output.Gradient.Data);
        (this.input, this.bias) = (input, bias.InLanesUpTo(V.Count));
        this.output = output.InLanesUpTo(V.Count);
    }

    public override Access[] ForwardAccesses => [WritesOwn(input.Value), ReadsAny(bias.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses => [ReadsOwn(input.Value), WritesOwn(output.Gradient)];

    public override Access[] ParameterAccesses => [ReadsAny(output.Gradient), WritesOwn(bias.Gradient)];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int start, int count)
    {
        float* b = bias.Value.Data;
        nint width = output.Value.Stride;
        for (int row = start; row < start + count; row++)
        {
            float* x = input.Value[row], y = output.Value[row];
            for (nint i = 0; i < width; i += V.Count)
            {
                var u = V.Load(x + i) + V.Load(b + i);
                var cumulative = VectorMath<V>.NormalCumulative(u, out var exponential);
                V.Store(u * cumulative, y + i);
                V.Store(V.MultiplyAdd(u * exponential, V.Broadcast(InverseSqrtTwoPi), cumulative), x + i);
            }
        }
    }

    public override void Backward(int start, int count)
    {
        Matrix derivative = input.Value.RowRange(start, count), gradient = output.Gradient.RowRange(start, count);
        Elementwise<V>.Multiply(gradient.Data, derivative.Data, (nint)count * gradient.Stride);
    }

    public override void AddParameterGradient(int start, int count, Part part)
    {
        var (first, columns) = part.Of(bias.Columns, V.Count);
        var gradient = output.Gradient.RowRange(start, count);
        if (columns > 0)
            Elementwise<V>.AddRows(bias.Gradient.Data + first, gradient.ColumnRange(first, columns));
    }
}
