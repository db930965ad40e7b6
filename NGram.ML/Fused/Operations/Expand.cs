using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output[(p - first) N + t] = input[t] + input[N + p]: what is linear in token and position is projected on N + S rows and added
/// up for every requested pair of the two.
/// </summary>
internal sealed unsafe class Expand<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable input, output;
    private readonly int tokens, positions, first;

    /// <summary>A share of the columns of all rows.</summary>
    private static readonly object columns = new();

    /// <param name="input">[tokens + positions, columns]; its gradient is assigned.</param>
    /// <param name="output">[(positions - first) tokens, columns].</param>
    /// <param name="tokens">N.</param>
    /// <param name="positions">S.</param>
    /// <param name="first">The first position that is needed.</param>
    public Expand(Variable input, Variable output, int tokens, int positions, int first = 0)
    {
        Shape.Require(input.Columns == output.Columns && !input.Accumulates);
        Shape.Require(input.Value.Rows == tokens + positions && output.Value.Rows == tokens * (positions - first));
        (this.input, this.output, this.tokens, this.positions, this.first) = (input, output, tokens, positions, first);
        ForwardPieces = [new Piece(Forward, output.Rows.Division, ReadsAny(input.Value), WritesOwn(output.Value))];
        BackwardPieces = [new Piece(Backward, columns, ReadsAny(output.Gradient), WritesOwn(input.Gradient))];
    }

    public override IReadOnlyList<Piece> ForwardPieces { get; }

    public override IReadOnlyList<Piece> BackwardPieces { get; }

    /// <summary>Some pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Forward(Part part)
    {
        Matrix x = input.Value, y = output.Value;
        int width = Matrix.Padded(x.Columns, V.Count);
        for (int range = 0; range < output.Rows.RangesOf(part); range++)
        {
            var (start, count) = output.Rows.Range(part, range);
            var (p, t) = Math.DivRem(start, tokens);
            for (int row = start; row < start + count; row++)
            {
                Elementwise<V>.Sum(y[row], x[t], x[tokens + first + p], width);
                (p, t) = ++t == tokens ? (p + 1, 0) : (p, t);
            }
        }
    }

    /// <summary>Some columns: rows of positions are sums over all tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Backward(Part part)
    {
        var (column, width) = part.Of(Matrix.Padded(input.Columns, V.Count), Math.Max(V.Count, Matrix.CacheLine));
        if (width == 0)
            return;
        Matrix dx = input.Gradient.ColumnRange(column, width), dy = output.Gradient.ColumnRange(column, width);
        Elementwise<V>.Clear(dx.RowRange(tokens, positions));
        for (int t = 0; t < tokens; t++)
        {
            for (int p = first; p < positions; p++)
                Spread(dy[(p - first) * tokens + t], dx[t], dx[tokens + p], width, assigns: p == first);
        }
    }

    /// <summary>Adds a pair's gradient to its position's row and to its token's, where the first one is assigned.</summary>
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
