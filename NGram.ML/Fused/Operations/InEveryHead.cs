using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>output[block of heads, i, lane] = input[i]: what all heads have in common, as attention reads it.</summary>
internal sealed unsafe class InEveryHead<V> : RowOperation where V : struct, IFloats<V>
{
    private readonly Variable input, output;
    private readonly int heads, dimension;

    /// <param name="input">[rows, i].</param>
    /// <param name="output">[rows, block of heads, i, lane].</param>
    /// <param name="heads">Padded to whole vectors.</param>
    public InEveryHead(Variable input, Variable output, int heads)
    {
        dimension = input.Columns;
        Shape.Require(heads % V.Count == 0 && output.Columns == dimension * heads);
        (this.input, this.output, this.heads) = (input, output, heads);
    }

    public override Access[] ForwardAccesses => [ReadsOwn(input.Value), WritesOwn(output.Value)];

    public override Access[] BackwardAccesses => [ReadsOwn(output.Gradient), WritesOwn(input.Gradient)];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int start, int count)
    {
        int block = dimension * V.Count;
        for (int r = start; r < start + count; r++)
        {
            float* x = input.Value[r], to = output.Value[r];
            for (int i = 0; i < dimension; i++, to += V.Count)
            {
                var all = V.Broadcast(x[i]);
                for (int at = 0; at < dimension * heads; at += block)
                    V.Store(all, to + at);
            }
        }
    }

    /// <remarks>The lanes of a sum over blocks are added at its end, four dimensions at a time, the rest alone.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int start, int count)
    {
        int w = V.Count;
        bool adds = input.Accumulates;
        for (int r = start; r < start + count; r++)
        {
            float* dx = input.Gradient[r], from = output.Gradient[r];
            int i = 0;
            for (; i + 3 < dimension; i += 4, from += 4 * w)
            {
                var sums = V.Sums(SumOfBlocks(from), SumOfBlocks(from + w), SumOfBlocks(from + 2 * w), SumOfBlocks(from + 3 * w));
                (adds ? sums + Vector128.Load(dx + i) : sums).Store(dx + i);
            }
            for (; i < dimension; i++, from += w)
                dx[i] = V.Sum(SumOfBlocks(from)) + (adds ? dx[i] : 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V SumOfBlocks(float* from)
    {
        V sum = default;
        for (float* end = from + dimension * heads; from < end; from += dimension * V.Count)
            sum += V.Load(from);
        return sum;
    }
}
