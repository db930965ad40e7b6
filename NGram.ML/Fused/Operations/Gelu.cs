using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>output = gelu(input + bias) with gelu(x) = x Phi(x), exact.</summary>
/// <remarks>
/// Forward leaves the derivative in the input's value; input and output share their gradient. Forward takes the widest vectors
/// there are, whatever the model's: it is a long chain for every element, of which the processor has more at work then, also
/// where it works off 512 bits in two halves. Every element is the same by any width.
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

    public override bool HasParameters => true;

    public override bool PreparesParameterGradient => true;

    public override void Forward(int start, int count)
    {
        Matrix x = input.Value, y = output.Value;
        for (int row = start; row < start + count; row++)
        {
            int done = Vector512.IsHardwareAccelerated ? Row<Floats16>(x[row], bias.Value.Data, y[row], 0, y.Stride) : 0;
            Row<V>(x[row], bias.Value.Data, y[row], done, y.Stride);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Row<W>(float* x, float* bias, float* y, int start, int width) where W : struct, IFloats<W>
    {
        int i = start;
        for (; i + W.Count <= width; i += W.Count)
        {
            var u = W.Load(x + i) + W.Load(bias + i);
            var cumulative = VectorMath<W>.NormalCumulative(u, out var exponential);
            W.Store(u * cumulative, y + i);
            W.Store(W.MultiplyAdd(u * exponential, W.Broadcast(InverseSqrtTwoPi), cumulative), x + i);
        }
        return i;
    }
}
