using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// score(x, j) = scale * query(x) . key(j) in every head. Rows of queries and keys hold [block of heads, i, lane], rows of
/// scores [key, head].
/// </summary>
/// <remarks>
/// A lane is a head: no sum crosses lanes. Keys are taken in pairs, which share what is loaded of the query; an odd last key
/// is done alone. Heads are padded to whole vectors by heads of zeros, whose scores are zero.
/// </remarks>
internal static unsafe class AttentionScores<V> where V : struct, IFloats<V>
{
    /// <summary>Assigns the scores.</summary>
    /// <remarks><code>
    /// for (x, j, h) score[x][j, h] = 0;
    /// for (x, j, h, i) score[x][j, h] += scale * query[Query(x)][h, i] * key[Keys(x)[j]][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        in AttentionQueries queries,
        in Matrix query,
        in Matrix key,
        in Matrix score,
        int dimension,
        int heads,
        float scale)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            float* q = query[queries.Query(x)], s = score[x];
            int* keys = queries.Keys(x);
            int count = queries.KeyCount(x), j = 0;
            for (; j + 1 < count; j += 2, s += 2 * heads)
                Pair(q, key[keys[j]], key[keys[j + 1]], s, s + heads, dimension, heads, scale);
            if (j < count)
                Single(q, key[keys[j]], s, dimension, heads, scale);
        }
    }

    /// <summary>Adds to the gradients of queries and keys.</summary>
    /// <remarks><code>
    /// for (x, j, h, i) queryGradient[Query(x)][h, i] += scale * scoreGradient[x][j, h] * key[Keys(x)[j]][h, i];
    /// for (x, j, h, i) keyGradient[Keys(x)[j]][h, i] += scale * scoreGradient[x][j, h] * query[Query(x)][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        in AttentionQueries queries,
        in Matrix query,
        in Matrix key,
        in Matrix scoreGradient,
        in Matrix queryGradient,
        in Matrix keyGradient,
        int dimension,
        int heads,
        float scale)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int count = queries.KeyCount(x), j = 0;
            if (count == 1)
                continue; // A softmax over one key is constant.
            float* q = query[queries.Query(x)], dq = queryGradient[queries.Query(x)], ds = scoreGradient[x];
            int* keys = queries.Keys(x);
            for (; j + 1 < count; j += 2, ds += 2 * heads)
            {
                PairBack(
                    q, key[keys[j]], key[keys[j + 1]], dq, keyGradient[keys[j]], keyGradient[keys[j + 1]],
                    ds, ds + heads, dimension, heads, scale);
            }

            if (j < count)
                SingleBack(q, key[keys[j]], dq, keyGradient[keys[j]], ds, dimension, heads, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(float* q, float* k, float* l, float* s, float* t, int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            V a = default, b = default;
            for (float* end = q + dimension * w; q < end; q += w, k += w, l += w)
            {
                var v = V.Load(q);
                V.AddProduct(ref a, v, k);
                V.AddProduct(ref b, v, l);
            }
            V.Store(a * factor, s + h);
            V.Store(b * factor, t + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Single(float* q, float* k, float* s, int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            V a = default;
            for (float* end = q + dimension * w; q < end; q += w, k += w)
                V.AddProduct(ref a, V.Load(q), k);
            V.Store(a * factor, s + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairBack(
        float* q, float* k, float* l, float* dq, float* dk, float* dl, float* ds, float* dt,
        int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            V a = V.Load(ds + h) * factor, b = V.Load(dt + h) * factor;
            for (float* end = q + dimension * w; q < end; q += w, k += w, l += w, dq += w, dk += w, dl += w)
            {
                var v = V.Load(q);
                var sum = V.Load(dq);
                V.AddProduct(ref sum, b, l);
                V.AddProduct(ref sum, a, k);
                V.Store(sum, dq);
                V.Store(V.MultiplyAdd(a, v, V.Load(dk)), dk);
                V.Store(V.MultiplyAdd(b, v, V.Load(dl)), dl);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SingleBack(float* q, float* k, float* dq, float* dk, float* ds, int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            var a = V.Load(ds + h) * factor;
            for (float* end = q + dimension * w; q < end; q += w, k += w, dq += w, dk += w)
            {
                V.Store(V.MultiplyAdd(a, V.Load(k), V.Load(dq)), dq);
                V.Store(V.MultiplyAdd(a, V.Load(q), V.Load(dk)), dk);
            }
        }
    }
}
