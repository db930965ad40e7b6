using System.Numerics;
using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using Floats = System.Numerics.Vector<float>;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// score(x, j) = scale * query(x) . key(j) in every head. Rows of queries and keys hold [block of heads, i, lane], rows of
/// scores [key, head].
/// </summary>
/// <remarks>
/// A lane is a head: no sum crosses lanes. Keys are taken in pairs, which share what is loaded of the query; an odd last key
/// is done alone. Heads are padded to whole vectors by heads of zeros, whose scores are zero.
/// </remarks>
internal static unsafe class AttentionScores
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
        int w = Floats.Count;
        for (int h = 0; h < heads; h += w)
        {
            Floats a = default, b = default;
            for (float* end = q + dimension * w; q < end; q += w, k += w, l += w)
            {
                var v = Vector.Load(q);
                a = Vector.FusedMultiplyAdd(v, Vector.Load(k), a);
                b = Vector.FusedMultiplyAdd(v, Vector.Load(l), b);
            }
            Vector.Store(a * scale, s + h);
            Vector.Store(b * scale, t + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Single(float* q, float* k, float* s, int dimension, int heads, float scale)
    {
        int w = Floats.Count;
        for (int h = 0; h < heads; h += w)
        {
            Floats a = default;
            for (float* end = q + dimension * w; q < end; q += w, k += w)
                a = Vector.FusedMultiplyAdd(Vector.Load(q), Vector.Load(k), a);
            Vector.Store(a * scale, s + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairBack(
        float* q, float* k, float* l, float* dq, float* dk, float* dl, float* ds, float* dt,
        int dimension, int heads, float scale)
    {
        int w = Floats.Count;
        for (int h = 0; h < heads; h += w)
        {
            Floats a = Vector.Load(ds + h) * scale, b = Vector.Load(dt + h) * scale;
            for (float* end = q + dimension * w; q < end; q += w, k += w, l += w, dq += w, dk += w, dl += w)
            {
                var v = Vector.Load(q);
                var sum = Vector.FusedMultiplyAdd(b, Vector.Load(l), Vector.Load(dq));
                Vector.Store(Vector.FusedMultiplyAdd(a, Vector.Load(k), sum), dq);
                Vector.Store(Vector.FusedMultiplyAdd(a, v, Vector.Load(dk)), dk);
                Vector.Store(Vector.FusedMultiplyAdd(b, v, Vector.Load(dl)), dl);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SingleBack(float* q, float* k, float* dq, float* dk, float* ds, int dimension, int heads, float scale)
    {
        int w = Floats.Count;
        for (int h = 0; h < heads; h += w)
        {
            var a = Vector.Load(ds + h) * scale;
            for (float* end = q + dimension * w; q < end; q += w, k += w, dq += w, dk += w)
            {
                Vector.Store(Vector.FusedMultiplyAdd(a, Vector.Load(k), Vector.Load(dq)), dq);
                Vector.Store(Vector.FusedMultiplyAdd(a, Vector.Load(q), Vector.Load(dk)), dk);
            }
        }
    }
}
