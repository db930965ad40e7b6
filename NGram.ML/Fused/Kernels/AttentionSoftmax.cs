using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>Softmax over a query's keys in every head, in place; rows hold [key, head].</summary>
/// <remarks>
/// A lane is a head, so that maximum and sum run over keys, never across lanes. Heads are padded to whole vectors; a padded
/// head has equal scores and so equal probabilities, and values of zero.
/// </remarks>
internal static unsafe class AttentionSoftmax<V> where V : struct, IFloats<V>
{
    /// <summary>Beyond it one of two keys has all the weight in float32: 1 + e^-80 is 1, and e^80 is still finite.</summary>
    private const float GreatestExponent = 80;

    /// <summary>Replaces the scores by probabilities.</summary>
    /// <remarks><code>
    /// for (x, h) max = the greatest of s[0..n, h], sum = 0;
    /// for (x, h, j) sum += s[j, h] = exp(s[j, h] - max);
    /// for (x, h, j) s[j, h] /= sum;
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in AttentionQueries queries, in Matrix score, int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int end = queries.KeyCount(x) * heads;
            float* s = score[x];
            if (end == 2 * heads)
            {
                Pair(s, s + heads, heads);
                continue;
            }
            for (float* stop = s + heads; s < stop; s += V.Count)
            {
                var max = V.Load(s);
                for (int j = heads; j < end; j += heads)
                    max = V.Max(max, V.Load(s + j));
                V sum = default;
                for (int j = 0; j < end; j += heads)
                {
                    var e = VectorMath<V>.Exp(V.Load(s + j) - max);
                    sum += e;
                    V.Store(e, s + j);
                }
                var inverse = V.One / sum;
                for (int j = 0; j < end; j += heads)
                    V.Store(V.Load(s + j) * inverse, s + j);
            }
        }
    }

    /// <summary>
    /// Over two keys, a trigram's context, one exponential and no maximum will do: p1 = r p0 with r = e^(s1 - s0),
    /// p0 = 1 / (1 + r).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(float* s, float* t, int heads)
    {
        for (float* stop = s + heads; s < stop; s += V.Count, t += V.Count)
        {
            var ratio = VectorMath<V>.Exp(V.Min(V.Load(t) - V.Load(s), V.Broadcast(GreatestExponent)));
            var first = V.One / (V.One + ratio);
            V.Store(first, s);
            V.Store(ratio * first, t);
        }
    }

    /// <summary>Turns the probabilities' gradient into the scores'.</summary>
    /// <remarks><code>
    /// for (x, h, j) mean += p[j, h] * g[j, h];
    /// for (x, h, j) g[j, h] = (g[j, h] - mean) * p[j, h];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in AttentionQueries queries, in Matrix probability, in Matrix gradient, int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int end = queries.KeyCount(x) * heads;
            float* p = probability[x], g = gradient[x];
            for (float* stop = p + heads; p < stop; p += V.Count, g += V.Count)
            {
                V mean = default;
                for (int j = 0; j < end; j += heads)
                    V.AddProduct(ref mean, V.Load(p + j), g + j);
                for (int j = 0; j < end; j += heads)
                    V.Store((V.Load(g + j) - mean) * V.Load(p + j), g + j);
            }
        }
    }
}
