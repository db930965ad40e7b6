using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output[r] = (addend[r] +) table[index[r]]: an embedding, or the addition of positions.</summary>
/// <param name="table">Rows to choose from.</param>
/// <param name="index">The row of the table for every row of the output.</param>
/// <param name="output">The chosen rows.</param>
/// <param name="addend">Added to them, on the same rows; it may share the output's gradient.</param>
internal sealed unsafe class Lookup<V>(Variable table, int[] index, Variable output, Variable? addend = null) : RowOperation
    where V : struct, IFloats<V>
{
    public override Access[] ForwardAccesses =>
        addend is null
            ? [ReadsAny(table.Value), WritesOwn(output.Value)]
            : [ReadsAny(table.Value), ReadsOwn(addend.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses =>
        addend is null ? [] : [ReadsOwn(output.Gradient), WritesOwn(addend.Gradient)];

    public override Access[] ParameterAccesses => [ReadsAny(output.Gradient), WritesOwn(table.Gradient)];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int start, int count)
    {
        Matrix from = table.Value, to = output.Value;
        Shape.Require(from.Stride == to.Stride && (addend == null || addend.Value.Stride == to.Stride));
        for (int r = start; r < start + count; r++)
        {
            if (addend == null)
                Elementwise<V>.Copy(to[r], from[index[r]], to.Stride);
            else
                Elementwise<V>.Sum(to[r], addend.Value[r], from[index[r]], to.Stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int start, int count)
    {
        var from = output.Gradient;
        if (addend != null && addend.Gradient.Data != from.Data)
            Elementwise<V>.Add(addend.Gradient[start], from[start], (nint)count * from.Stride);
    }

    /// <remarks>A share of the table's rows.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddParameterGradient(int start, int count, Part part)
    {
        Matrix to = table.Gradient, from = output.Gradient;
        var (first, rows) = part.Of(to.Rows);
        for (int r = start; r < start + count; r++)
        {
            if ((uint)(index[r] - first) < (uint)rows)
                Elementwise<V>.Add(to[index[r]], from[r], from.Stride);
        }
    }
}
