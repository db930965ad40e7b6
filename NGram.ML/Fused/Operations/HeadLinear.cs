using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(m) = sum_i weight(i, m) input(i) in every head, as <see cref="PerHeadLinear{V}"/>, but of heads that have their own
/// vectors: a lane is an output.
/// </summary>
internal sealed class HeadLinear<V> : RowOperation where V : struct, IFloats<V>
{
    private readonly Variable[] input, weight, output;
    private readonly Matrix[] transposed;

    /// <param name="workspace">Holds the transposed weights.</param>
    /// <param name="input">[rows, head, i], every head padded to whole vectors; its gradient is assigned.</param>
    /// <param name="weight">[(head, i), m].</param>
    /// <param name="output">[rows, head, m], every head padded to whole vectors.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="inputs">Dimension of a head, without its padding.</param>
    public HeadLinear(Workspace workspace, Variable input, Variable weight, Variable output, int heads, int inputs)
    {
        int outputs = weight.Columns, from = Matrix.Padded(inputs, V.Count), to = Matrix.Padded(outputs, V.Count);
        Shape.Require(weight.Value.Rows == heads * from && input.Columns == heads * from && output.Columns == heads * to);
        Shape.Require(!input.Accumulates);
        (input, output) = (input.InLanesUpTo(V.Count), output.InLanesUpTo(V.Count));
        this.input = OfHeads(head => input.ColumnRange(head * from, inputs, accumulates: false));
        this.weight = OfHeads(head => weight.RowRange(head * from, inputs));
        this.output = OfHeads(head => output.ColumnRange(head * to, outputs, output.Accumulates));
        transposed = [.. Enumerable.Range(0, heads).Select(_ => workspace.Allocate(outputs, inputs, V.Count))];

        Variable[] OfHeads(Func<int, Variable> select) => [.. Enumerable.Range(0, heads).Select(select)];
    }

    public override Access[] ForwardAccesses =>
    [
        .. input.Select(head => ReadsOwn(head.Value)),
        .. weight.Select(head => ReadsAny(head.Value)),
        .. output.Select(head => WritesOwn(head.Value)),
    ];

    public override Access[] BackwardAccesses =>
    [
        .. output.Select(head => ReadsOwn(head.Gradient)),
        .. transposed.Select(ReadsAny),
        .. input.Select(head => WritesOwn(head.Gradient)),
    ];

    public override Access[] ParameterAccesses =>
    [
        .. output.Select(head => ReadsAny(head.Gradient)),
        .. input.Select(head => ReadsAny(head.Value)),
        .. weight.Select(head => WritesOwn(head.Gradient)),
    ];

    public override void Forward(int start, int count)
    {
        for (int head = 0; head < input.Length; head++)
        {
            MatrixProduct<V>.Multiply(
                input[head].Value.RowRange(start, count), weight[head].Value, output[head].Value.RowRange(start, count),
                accumulate: false);
        }
    }

    public override void Prepare(Part part)
    {
        var (first, heads) = part.Of(input.Length);
        for (int head = first; head < first + heads; head++)
            Elementwise<V>.Transpose(weight[head].Value, transposed[head]);
    }

    public override void Backward(int start, int count)
    {
        for (int head = 0; head < input.Length; head++)
        {
            MatrixProduct<V>.Multiply(
                output[head].Gradient.RowRange(start, count), transposed[head], input[head].Gradient.RowRange(start, count),
                accumulate: false);
        }
    }

    /// <remarks>A share of the inputs of every head.</remarks>
    public override void AddParameterGradient(int start, int count, Part part)
    {
        var (first, inputs) = part.Of(input[0].Columns, V.Count);
        for (int head = 0; head < input.Length && inputs > 0; head++)
        {
            MatrixProduct<V>.MultiplyLeftTransposed(
                input[head].Value.RowRange(start, count).ColumnRange(first, inputs),
                output[head].Gradient.RowRange(start, count),
                weight[head].Gradient.RowRange(first, inputs),
                accumulate: true);
        }
    }
}
