using System.Runtime.CompilerServices;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// What both losses need of transposed logits [N, rows]: e^(logit - greatest) in place of the logits, and of every row the
/// index of its greatest logit, the sum over all others, and 1 / (1 + that sum), the greatest probability.
/// </summary>
/// <remarks>
/// The greatest logit (the lowest index on ties) has the exponential 1. It is kept out of the sum: with s the sum of the
/// others, p = 1 / (1 + s) and 1 - p = s / (1 + s), which keeps its digits where p is nearly 1 and a difference would not.
/// <para>
/// A lane is a row of the batch, since the logits are transposed: maximum and sum run over tokens, never across lanes. Two
/// vectors, a cache line, are done at a time, so that the last pair may reach one vector beyond the rows in use. What is there
/// does not count: the losses give lanes beyond the last row the weight zero.
/// </para>
/// <code>
/// for (x) greatest[x] = the first t with the greatest logits[t, x];
/// for (x, t) logits[t, x] = exp(logits[t, x] - the greatest one);
/// for (x, t except greatest[x]) others[x] += logits[t, x];
/// for (x) greatestProbability[x] = 1 / (1 + others[x]);
/// </code>
/// </remarks>
internal sealed unsafe class LogitExponentials<V> where V : struct, IFloats<V>
{
    private readonly Matrix statistics;

    /// <param name="workspace">Holds the rows' statistics.</param>
    /// <param name="capacity">Maximum number of rows.</param>
    public LogitExponentials(Workspace workspace, int capacity) =>
        statistics = workspace.Allocate(3, Matrix.Padded(capacity, V.Count) + V.Count);

    /// <summary>Index of every row's greatest logit: a float, exact up to 2^24, to be compared lane by lane.</summary>
    public float* Greatest => statistics[0];

    /// <summary>Sum of every row's other exponentials.</summary>
    public float* Others => statistics[1];

    /// <summary>The probability of every row's greatest logit.</summary>
    public float* GreatestProbability => statistics[2];

    /// <summary>Rows that are done at a time.</summary>
    public static int Step => 2 * V.Count;

    /// <summary>Replaces the logits of the rows x to x + Step - 1 by their exponentials.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(in Matrix logits, int x)
    {
        int w = V.Count;
        nint stride = logits.Stride;
        Shape.Require(x >= 0 && x + Step <= statistics.Columns);
        float* column = logits.Data + x, end = column + logits.Rows * stride;
        V max0 = V.Load(column), max1 = V.Load(column + w);
        V best0 = default, best1 = default, index = V.One;
        for (float* l = column + stride; l < end; l += stride, index += V.One)
        {
            V l0 = V.Load(l), l1 = V.Load(l + w);
            best0 = V.Select(V.IsGreater(l0, max0), index, best0);
            best1 = V.Select(V.IsGreater(l1, max1), index, best1);
            max0 = V.Max(l0, max0);
            max1 = V.Max(l1, max1);
        }
        V sum0 = default, sum1 = default;
        index = default;
        for (float* l = column; l < end; l += stride, index += V.One)
        {
            V e0 = VectorMath<V>.Exp(V.Load(l) - max0), e1 = VectorMath<V>.Exp(V.Load(l + w) - max1);
            V.Store(e0, l);
            V.Store(e1, l + w);
            sum0 += V.Select(V.IsEqual(index, best0), default, e0);
            sum1 += V.Select(V.IsEqual(index, best1), default, e1);
        }
        V.Store(best0, Greatest + x);
        V.Store(best1, Greatest + x + w);
        V.Store(sum0, Others + x);
        V.Store(sum1, Others + x + w);
        V.Store(V.One / (V.One + sum0), GreatestProbability + x);
        V.Store(V.One / (V.One + sum1), GreatestProbability + x + w);
    }
}
