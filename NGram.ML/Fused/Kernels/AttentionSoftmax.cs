using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// Softmax over a query's keys in every head, in place, where the own key's score is zero; rows hold [key, head], the own key
/// last.
/// </summary>
/// <remarks>
/// A lane is a head, so that maximum and sum run over keys, never across lanes. Heads are padded to whole vectors; a padded head
/// has equal scores and so equal probabilities, and values of zero. Where a head takes several lanes, each holds a share of its
/// scores and, backward, of its probabilities' gradients; the shares are summed first, and every lane then holds the sum.
/// </remarks>
internal static unsafe class AttentionSoftmax<V> where V : struct, IFloats<V>
{
    /// <summary>Beyond this one of two keys has all the weight in float32: 1 + e^-80 is 1, and e^80 is still finite.</summary>
    private const float GreatestExponent = 80;

    /// <summary>Replaces the scores of the other keys by their probabilities, and assigns the own key's probability.</summary>
    /// <remarks><code>
    /// for (x, h) s[own, h] = 0, max = the greatest of s[0..n, h], sum = 0;
    /// for (x, h, j) sum += s[j, h] = exp(s[j, h] - max);
    /// for (x, h, j) s[j, h] /= sum;
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in AttentionQueries queries, in Matrix score, int heads, int lanesOfHead)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int own = (queries.KeyCount(x) - 1) * heads;
            float* s = score[x];
            if (lanesOfHead > 1)
                AddShares(s, own, lanesOfHead);
            if (own == heads)
            {
                int done = Vector512.IsHardwareAccelerated ? Pair<Floats16>(s, s + heads, 0, heads) : 0;
                Pair<V>(s, s + heads, done, heads);
            }
            else
            {
                Many(s, own, heads);
            }
        }
    }

    /// <summary>
    /// Turns the gradient of the probabilities into that of the other keys' scores, and adds the gradient of the own score, which
    /// was subtracted from all of them.
    /// </summary>
    /// <param name="queries">Who reads what.</param>
    /// <param name="byOwn">Some of the queries, those with the same own row in ascending order.</param>
    /// <param name="first">The number of query 0 in that order.</param>
    /// <param name="probability">Of every key, the own one last.</param>
    /// <param name="gradient">Of the probabilities; becomes that of the scores, without the own one's.</param>
    /// <param name="ownGradient">Of the own scores of the queries' rows.</param>
    /// <param name="heads">Padded to whole vectors.</param>
    /// <param name="lanesOfHead">Lanes that a head takes.</param>
    /// <remarks><code>
    /// for (x, h, j) mean += p[j, h] * g[j, h];
    /// for (x, h, j) g[j, h] = (g[j, h] - mean) * p[j, h];
    /// for (x, h) ownGradient[Query(x)][h] += g[own, h];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        in AttentionQueries queries, ReadOnlySpan<int> byOwn, int first,
        in Matrix probability, in Matrix gradient, in Matrix ownGradient, int heads, int lanesOfHead)
    {
        foreach (int query in byOwn)
        {
            int x = query - first;
            int own = (queries.KeyCount(x) - 1) * heads;
            float* p = probability[x], g = gradient[x], sum = ownGradient[queries.Query(x)];
            if (lanesOfHead > 1)
                AddShares(g, own + heads, lanesOfHead);
            if (own == heads)
                PairBack(p, p + heads, g, g + heads, sum, heads);
            else if (own > 0) // A softmax over one key is constant.
                ManyBack(p, g, sum, own, heads);
        }
    }

    /// <summary>Every lane of a head gets the sum over all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddShares(float* row, int length, int lanesOfHead)
    {
        for (float* end = row + length; row < end; row += V.Count)
            V.Store(V.SumInGroups(V.Load(row), lanesOfHead), row);
    }

    /// <summary>
    /// With one other key, as in a trigram's context, a head is a sigmoid: with r = e^s, the other key's probability is r / (1 +
    /// r), the own one's 1 / (1 + r).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair<W>(float* other, float* own, int start, int heads) where W : struct, IFloats<W>
    {
        int h = start;
        for (; h + W.Count <= heads; h += W.Count)
        {
            var ratio = VectorMath<W>.Exp(W.Min(W.Broadcast(GreatestExponent), W.Load(other + h)));
            var p = W.Reciprocal(W.One + ratio);
            W.Store(p, own + h);
            W.Store(ratio * p, other + h);
        }
        return h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Many(float* s, int own, int heads)
    {
        for (float* stop = s + heads; s < stop; s += V.Count)
        {
            V max = default;
            for (int j = 0; j < own; j += heads)
                max = V.Max(V.Load(s + j), max);
            V ofOwn = VectorMath<V>.Exp(-max), sum = ofOwn;
            for (int j = 0; j < own; j += heads)
            {
                var e = VectorMath<V>.Exp(V.Load(s + j) - max);
                sum += e;
                V.Store(e, s + j);
            }
            var inverse = V.Reciprocal(sum);
            for (int j = 0; j < own; j += heads)
                V.Store(V.Load(s + j) * inverse, s + j);
            V.Store(ofOwn * inverse, s + own);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairBack(float* p, float* own, float* g, float* ofOwn, float* sum, int heads)
    {
        for (int h = 0; h < heads; h += V.Count)
        {
            var change = V.Load(p + h) * V.Load(own + h) * (V.Load(g + h) - V.Load(ofOwn + h));
            V.Store(change, g + h);
            V.Store(V.Load(sum + h) - change, sum + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ManyBack(float* p, float* g, float* sum, int own, int heads)
    {
        for (float* stop = p + heads; p < stop; p += V.Count, g += V.Count, sum += V.Count)
        {
            V mean = default;
            for (int j = 0; j <= own; j += heads)
                V.AddProduct(ref mean, V.Load(p + j), g + j);
            for (int j = 0; j < own; j += heads)
                V.Store((V.Load(g + j) - mean) * V.Load(p + j), g + j);
            V.Store(V.MultiplyAdd(V.Load(g + own) - mean, V.Load(p + own), V.Load(sum)), sum);
        }
    }
}
