using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output[p N + t] = input[t] + input[N + p]: what is linear in token and position, projected on N + S rows, for every
/// pair of them.
/// </summary>
internal sealed unsafe class Expand<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable input, output;
    private readonly int tokens, positions;

    /// <param name="input">[tokens + positions, columns]; its gradient is assigned.</param>
    /// <param name="output">[positions tokens, columns].</param>
    /// <param name="tokens">N.</param>
    /// <param name="positions">S.</param>
    public Expand(Variable input, Variable output, int tokens, int positions)
    {
        Shape.Require(input.Columns == output.Columns && !input.Accumulates);
        Shape.Require(input.Value.Rows == tokens + positions && output.Value.Rows == tokens * positions);
        (this.input, this.output, this.tokens, this.positions) = (input, output, tokens, positions);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward()
    {
        Matrix x = input.Value, y = output.Value;
        int width = Matrix.Padded(x.Columns, V.Count);
        for (int p = 0; p < positions; p++)
        {
            for (int t = 0; t < tokens; t++)
                Elementwise<V>.Sum(y[p * tokens + t], x[t], x[tokens + p], width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward()
    {
        Matrix dx = input.Gradient, dy = output.Gradient;
        int width = Matrix.Padded(dx.Columns, V.Count);
        dx.RowRange(tokens, positions).Clear();
        for (int t = 0; t < tokens; t++)
        {
            for (int p = 0; p < positions; p++)
                Spread(dy[p * tokens + t], dx[t], dx[tokens + p], width, first: p == 0);
        }
    }

    /// <summary>Adds a pair's gradient to its token's row (or assigns it, the first time) and to its position's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(float* pair, float* token, float* position, int width, bool first)
    {
        for (int i = 0; i < width; i += V.Count)
        {
            var g = V.Load(pair + i);
            V.Store(first ? g : g + V.Load(token + i), token + i);
            V.Store(g + V.Load(position + i), position + i);
        }
    }
}
