using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>output[r] = (addend[r] +) table[index[r]]: an embedding, or the addition of positions.</summary>
/// <param name="table">Rows to choose from.</param>
/// <param name="index">The row of the table for every row of the output.</param>
/// <param name="output">The chosen rows.</param>
/// <param name="addend">Added to them, on the same rows; it may share the output's gradient.</param>
internal sealed unsafe class Lookup<V>(Variable table, int[] index, Variable output, Variable? addend = null) : Operation
    where V : struct, IFloats<V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward()
    {
        var (rows, from, to) = (output.Rows, table.Value, output.Value);
        Shape.Require(from.Stride == to.Stride && (addend == null || addend.Value.Stride == to.Stride));
        for (int r = rows.Start; r < rows.Start + rows.Count; r++)
        {
            if (addend == null)
                Elementwise<V>.Copy(to[r], from[index[r]], to.Stride);
            else
                Elementwise<V>.Sum(to[r], addend.Value[r], from[index[r]], to.Stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward()
    {
        var (rows, to, from) = (output.Rows, table.Gradient, output.Gradient);
        for (int r = rows.Start; r < rows.Start + rows.Count; r++)
            Elementwise<V>.Add(to[index[r]], from[r], from.Stride);
        if (addend != null && addend.Gradient.Data != from.Data)
            Elementwise<V>.Add(addend.Gradient[rows.Start], from[rows.Start], (nint)rows.Count * from.Stride);
    }
}
