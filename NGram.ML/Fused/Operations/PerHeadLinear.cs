using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(m) = sum_i weight(m, i) input(i) in every head: the output projection, applied to the values before they are
/// mixed, so that mixing sums the heads.
/// </summary>
internal sealed unsafe class PerHeadLinear<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable input, weight, output;
    private readonly int inputs, outputs, blocks;

    /// <param name="input">[rows, block of heads, i, lane]; its gradient is assigned.</param>
    /// <param name="weight">[block of heads, (m, i, lane)].</param>
    /// <param name="output">[rows, block of heads, m, lane].</param>
    /// <param name="inputs">Dimension of a head.</param>
    /// <param name="outputs">Dimension of its output.</param>
    public PerHeadLinear(Variable input, Variable weight, Variable output, int inputs, int outputs)
    {
        blocks = weight.Value.Rows;
        Shape.Require(weight.Columns == outputs * inputs * V.Count);
        Shape.Require(input.Columns == blocks * inputs * V.Count && !input.Accumulates);
        Shape.Require(output.Columns == blocks * outputs * V.Count);
        (this.input, this.weight, this.output, this.inputs, this.outputs) = (input, weight, output, inputs, outputs);
    }

    public override void Forward()
    {
        var y = output.CurrentValue;
        LaneProduct<V>.Multiply(
            blocks,
            y.Rows,
            outputs,
            inputs,
            Rows(input.ValueOn(output.Rows), inputs),
            Weight(weight.Value).Transposed,
            Rows(y, outputs),
            accumulate: false);
    }

    public override void Backward()
    {
        var x = input.ValueOn(output.Rows);
        var dy = Rows(output.CurrentGradient, outputs);
        LaneProduct<V>.Multiply(
            blocks,
            x.Rows,
            inputs,
            outputs,
            dy,
            Weight(weight.Value),
            Rows(input.GradientOn(output.Rows), inputs),
            accumulate: false);
        LaneProduct<V>.Multiply(
            blocks, outputs, inputs, x.Rows, dy.Transposed, Rows(x, inputs), Weight(weight.Gradient), accumulate: true);
    }

    private static LaneMatrix Rows(Matrix matrix, int dimension)
    {
        int lanes = V.Count;
        return new LaneMatrix((nint)matrix.Data, dimension * lanes, matrix.Stride, lanes);
    }

    private LaneMatrix Weight(Matrix matrix)
    {
        int lanes = V.Count;
        return new LaneMatrix((nint)matrix.Data, matrix.Stride, inputs * lanes, lanes);
    }
}
