using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output[(p - first) N + t] = input[t] + input[N + p]: what is linear in token and position, projected on N + S rows, for every
/// pair of a token and a position that is asked for.
/// </summary>
internal sealed unsafe class Expand<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable input, output;
    private readonly int tokens, positions, first;

    /// <param name="input">[tokens + positions, columns]; its gradient is assigned.</param>
    /// <param name="output">[(positions - first) tokens, columns].</param>
    /// <param name="tokens">N.</param>
    /// <param name="positions">S.</param>
    /// <param name="first">The first position that is asked for.</param>
    public Expand(Variable input, Variable output, int tokens, int positions, int first = 0)
    {
        Shape.Require(input.Columns == output.Columns && !input.Accumulates);
        Shape.Require(input.Value.Rows == tokens + positions && output.Value.Rows == tokens * (positions - first));
        (this.input, this.output, this.tokens, this.positions, this.first) = (input, output, tokens, positions, first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward()
    {
        Matrix x = input.Value, y = output.Value;
        int width = Matrix.Padded(x.Columns, V.Count);
        for (int p = first; p < positions; p++)
        {
            for (int t = 0; t < tokens; t++)
                Elementwise<V>.Sum(y[(p - first) * tokens + t], x[t], x[tokens + p], width);
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
            for (int p = first; p < positions; p++)
                Spread(dy[(p - first) * tokens + t], dx[t], dx[tokens + p], width, assigns: p == first);
        }
    }

    /// <summary>Adds a pair's gradient to its token's row (or assigns it, the first time) and to its position's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(float* pair, float* token, float* position, int width, bool assigns)
    {
        for (int i = 0; i < width; i += V.Count)
        {
            var g = V.Load(pair + i);
            V.Store(assigns ? g : g + V.Load(token + i), token + i);
            V.Store(g + V.Load(position + i), position + i);
        }
    }
}
