using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(m) = sum_i weight(m, i) input(i) in every head: the output projection, applied to the values before mixing, so that
/// mixing also sums the heads.
/// </summary>
internal sealed unsafe class PerHeadLinear<V> : RowOperation where V : struct, IFloats<V>
{
    private readonly Variable input, weight, output;
    private readonly int inputs, outputs, blocks;

    /// <param name="input">[rows, block of heads, i, lane]; its gradient is assigned.</param>
    /// <param name="weight">[m, (block of heads, i, lane)].</param>
    /// <param name="output">[rows, block of heads, m, lane].</param>
    /// <param name="inputs">Dimension of a head.</param>
    /// <param name="outputs">Dimension of its output.</param>
    public PerHeadLinear(Variable input, Variable weight, Variable output, int inputs, int outputs)
    {
        blocks = weight.Columns / (inputs * V.Count);
        Shape.Require(weight.Value.Rows == outputs && weight.Columns == blocks * inputs * V.Count);
        Shape.Require(input.Columns == weight.Columns && !input.Accumulates);
        Shape.Require(output.Columns == blocks * outputs * V.Count);
        (this.input, this.weight, this.output, this.inputs, this.outputs) = (input, weight, output, inputs, outputs);
    }

    public override Access[] ForwardAccesses => [ReadsOwn(input.Value), ReadsAny(weight.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses =>
        [ReadsOwn(output.Gradient), ReadsAny(weight.Value), WritesOwn(input.Gradient)];

    public override Access[] ParameterAccesses =>
        [ReadsAny(output.Gradient), ReadsAny(input.Value), WritesOwn(weight.Gradient)];

    public override void Forward(int start, int count) => LaneProduct<V>.Multiply(
        blocks,
        count,
        outputs,
        inputs,
        Rows(input.Value.RowRange(start, count), inputs),
        Rows(weight.Value, inputs).Transposed,
        Rows(output.Value.RowRange(start, count), outputs),
        accumulate: false);

    public override void Backward(int start, int count) => LaneProduct<V>.Multiply(
        blocks,
        count,
        inputs,
        outputs,
        Rows(output.Gradient.RowRange(start, count), outputs),
        Rows(weight.Value, inputs),
        Rows(input.Gradient.RowRange(start, count), inputs),
        accumulate: false);

    /// <remarks>A share of the outputs of all blocks of heads.</remarks>
    public override void AddParameterGradient(int start, int count, Part part)
    {
        var dy = Rows(output.Gradient.RowRange(start, count), outputs).Transposed;
        LaneMatrix x = Rows(input.Value.RowRange(start, count), inputs), dw = Rows(weight.Gradient, inputs);
        int tiles = (outputs + LaneProduct<V>.TileRows - 1) / LaneProduct<V>.TileRows;
        var (tile, left) = part.Of(blocks * tiles);
        for (int taken; left > 0; tile += taken, left -= taken)
        {
            var (block, first) = Math.DivRem(tile, tiles);
            taken = Math.Min(tiles - first, left);
            int row = first * LaneProduct<V>.TileRows, rows = Math.Min(taken * LaneProduct<V>.TileRows, outputs - row);
            LaneProduct<V>.Multiply(
                1, rows, inputs, count, dy.From(block, row), x.From(block, 0), dw.From(block, row), accumulate: true);
        }
    }

    private static LaneMatrix Rows(Matrix matrix, int dimension)
    {
        int lanes = V.Count;
        return new LaneMatrix((nint)matrix.Data, dimension * lanes, matrix.Stride, lanes);
    }
}
