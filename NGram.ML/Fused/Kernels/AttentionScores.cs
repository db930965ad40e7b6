using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// score(x, j) = scale * query(x) . (key(j) - key(x)) in every head, for all keys but the query's own. Rows of queries and keys
/// hold [block of heads, i, lane], rows of scores [key, head].
/// </summary>
/// <remarks>
/// A softmax does not change when the same number is subtracted from every score; subtracting the own key's score leaves a zero
/// in its place. That score, own(row), is a product of one row with itself, computed once per row: in the first layer once per
/// token and not once per prefix.
/// <para>
/// A lane is a head: no sum crosses lanes. Siblings share their other keys: four of them at a time share what is loaded of a key
/// and of its gradient, and siblings beyond the last four are done one by one. Heads are padded to whole vectors by heads of
/// zeros, whose scores are zero.
/// </para>
/// </remarks>
internal static unsafe class AttentionScores<V> where V : struct, IFloats<V>
{
    /// <summary>Assigns the own scores of some rows.</summary>
    /// <remarks><code>
    /// for (r, h) own[r][h] = 0;
    /// for (r, h, i) own[r][h] += scale * query[r][h, i] * key[r][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Own(in Matrix query, in Matrix key, in Matrix own, int dimension, int heads, float scale)
    {
        Shape.Require(query.Rows == own.Rows && key.Rows == own.Rows && own.Columns == heads);
        var factor = V.Broadcast(scale);
        for (int r = 0; r < own.Rows; r++)
        {
            float* q = query[r], k = key[r], o = own[r];
            for (float* end = o + heads; o < end; o += V.Count)
            {
                V sum = default;
                for (float* last = q + dimension * V.Count; q < last; q += V.Count, k += V.Count)
                    V.AddProduct(ref sum, V.Load(q), k);
                V.Store(sum * factor, o);
            }
        }
    }

    /// <summary>Assigns the scores of all keys but the own one, minus the own score.</summary>
    /// <param name="queries">Who reads what.</param>
    /// <param name="query">Queries.</param>
    /// <param name="key">Keys.</param>
    /// <param name="own">Own scores of the queries' rows.</param>
    /// <param name="score">Result, [query, (key, head)].</param>
    /// <param name="dimension">Of a head.</param>
    /// <param name="heads">Padded to whole vectors.</param>
    /// <param name="scale">Factor of every product.</param>
    /// <remarks><code>
    /// for (x, j, h) score[x][j, h] = -own[Query(x)][h];
    /// for (x, j, h, i) score[x][j, h] += scale * query[Query(x)][h, i] * key[Keys(x)[j]][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        in AttentionQueries queries, in Matrix query, in Matrix key, in Matrix own, in Matrix score,
        int dimension, int heads, float scale)
    {
        for (int first = 0, end; first < queries.Count; first = end)
        {
            end = queries.SiblingsEnd(first);
            int* keys = queries.Keys(first);
            int others = queries.KeyCount(first) - 1;
            for (int j = 0; j < others; j++)
            {
                float* k = key[keys[j]];
                int x = first;
                for (; x + 3 < end; x += 4)
                    Four(queries, query, own, score, x, j, k, dimension, heads, scale);
                for (; x < end; x++)
                    One(query[queries.Query(x)], k, own[queries.Query(x)], score[x] + j * heads, dimension, heads, scale);
            }
        }
    }

    /// <summary>Assigns what the own scores contribute to the gradients of some rows of queries and keys.</summary>
    /// <remarks><code>
    /// for (r, h, i) queryGradient[r][h, i] = scale * ownGradient[r][h] * key[r][h, i];
    /// for (r, h, i) keyGradient[r][h, i] = scale * ownGradient[r][h] * query[r][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OwnBackward(
        in Matrix query, in Matrix key, in Matrix ownGradient, in Matrix queryGradient, in Matrix keyGradient,
        int dimension, int heads, float scale)
    {
        Shape.Require(query.Rows == ownGradient.Rows && key.Rows == ownGradient.Rows && ownGradient.Columns == heads);
        Shape.Require(queryGradient.Rows == ownGradient.Rows && keyGradient.Rows == ownGradient.Rows);
        var factor = V.Broadcast(scale);
        for (int r = 0; r < ownGradient.Rows; r++)
        {
            float* q = query[r], k = key[r], dq = queryGradient[r], dk = keyGradient[r], ds = ownGradient[r];
            for (float* end = ds + heads; ds < end; ds += V.Count)
            {
                var g = V.Load(ds) * factor;
                for (float* last = q + dimension * V.Count; q < last; q += V.Count, k += V.Count)
                {
                    V.Store(g * V.Load(k), dq);
                    V.Store(g * V.Load(q), dk);
                    dq += V.Count;
                    dk += V.Count;
                }
            }
        }
    }

    /// <summary>
    /// Adds the contribution of all keys' scores but the own to the gradients of the queries whose own row is in a range.
    /// </summary>
    /// <remarks><code>
    /// for (x, j, h, i) queryGradient[Query(x)][h, i] += scale * scoreGradient[x][j, h] * key[Keys(x)[j]][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void QueryBackward(
        in AttentionQueries queries, int firstRow, int endRow, in Matrix key, in Matrix scoreGradient,
        in Matrix queryGradient, int dimension, int heads, float scale)
    {
        for (int first = 0, end; first < queries.Count; first = end)
        {
            end = queries.SiblingsEnd(first);
            int* keys = queries.Keys(first);
            int others = queries.KeyCount(first) - 1;
            for (int start = first, stop; start < end; start = stop)
            {
                for (; start < end && (queries.Own(start) < firstRow || queries.Own(start) >= endRow); start++)
                    ;
                for (stop = start; stop < end && queries.Own(stop) >= firstRow && queries.Own(stop) < endRow; stop++)
                    ;
                for (int j = 0; j < others; j++)
                {
                    float* k = key[keys[j]];
                    int x = start;
                    for (; x + 3 < stop; x += 4)
                        FourQueries(queries, queryGradient, scoreGradient, x, j, k, dimension, heads, scale);
                    for (; x < stop; x++)
                        AddProduct(queryGradient[queries.Query(x)], k, scoreGradient[x] + j * heads, dimension, heads, scale);
                }
            }
        }
    }

    /// <summary>The same for the gradients of the keys in a range of rows.</summary>
    /// <remarks><code>
    /// for (x, j, h, i) keyGradient[Keys(x)[j]][h, i] += scale * scoreGradient[x][j, h] * query[Query(x)][h, i];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KeyBackward(
        in AttentionQueries queries, int firstRow, int endRow, in Matrix query, in Matrix scoreGradient,
        in Matrix keyGradient, int dimension, int heads, float scale)
    {
        for (int first = 0, end; first < queries.Count; first = end)
        {
            end = queries.SiblingsEnd(first);
            int* keys = queries.Keys(first);
            int others = queries.KeyCount(first) - 1;
            for (int j = 0; j < others; j++)
            {
                if (keys[j] < firstRow || keys[j] >= endRow)
                    continue;
                float* dk = keyGradient[keys[j]];
                int x = first;
                for (; x + 3 < end; x += 4)
                    FourOfKey(queries, query, scoreGradient, x, j, dk, dimension, heads, scale);
                for (; x < end; x++)
                    AddProduct(dk, query[queries.Query(x)], scoreGradient[x] + j * heads, dimension, heads, scale);
            }
        }
    }

    /// <summary>Queries x to x + 3 with one key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        in AttentionQueries queries, in Matrix query, in Matrix own, in Matrix score, int x, int j,
        float* k, int dimension, int heads, float scale)
    {
        int r0 = queries.Query(x), r1 = queries.Query(x + 1), r2 = queries.Query(x + 2), r3 = queries.Query(x + 3), w = V.Count;
        float* q0 = query[r0], q1 = query[r1], q2 = query[r2], q3 = query[r3];
        float* o0 = own[r0], o1 = own[r1], o2 = own[r2], o3 = own[r3];
        float* s = score[x] + j * heads;
        nint next = score.Stride;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            V a = default, b = default, c = default, d = default;
            for (float* end = k + dimension * w; k < end; k += w, q0 += w, q1 += w, q2 += w, q3 += w)
            {
                var v = V.Load(k);
                V.AddProduct(ref a, v, q0);
                V.AddProduct(ref b, v, q1);
                V.AddProduct(ref c, v, q2);
                V.AddProduct(ref d, v, q3);
            }
            V.Store(a * factor - V.Load(o0 + h), s + h);
            V.Store(b * factor - V.Load(o1 + h), s + next + h);
            V.Store(c * factor - V.Load(o2 + h), s + 2 * next + h);
            V.Store(d * factor - V.Load(o3 + h), s + 3 * next + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(float* q, float* k, float* own, float* s, int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            V a = default;
            for (float* end = q + dimension * w; q < end; q += w, k += w)
                V.AddProduct(ref a, V.Load(q), k);
            V.Store(a * factor - V.Load(own + h), s + h);
        }
    }

    /// <summary>Adds one key to the gradients of queries x to x + 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourQueries(
        in AttentionQueries queries, in Matrix queryGradient, in Matrix scoreGradient, int x, int j,
        float* k, int dimension, int heads, float scale)
    {
        int w = V.Count;
        float* e0 = queryGradient[queries.Query(x)], e1 = queryGradient[queries.Query(x + 1)];
        float* e2 = queryGradient[queries.Query(x + 2)], e3 = queryGradient[queries.Query(x + 3)];
        float* s = scoreGradient[x] + j * heads;
        nint next = scoreGradient.Stride, at = 0, end = 0;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w, s += w)
        {
            V a = V.Load(s) * factor, b = V.Load(s + next) * factor;
            V c = V.Load(s + 2 * next) * factor, d = V.Load(s + 3 * next) * factor;
            for (end += dimension * w; at < end; at += w)
            {
                var u = V.Load(k + at);
                V.Store(V.MultiplyAdd(a, u, V.Load(e0 + at)), e0 + at);
                V.Store(V.MultiplyAdd(b, u, V.Load(e1 + at)), e1 + at);
                V.Store(V.MultiplyAdd(c, u, V.Load(e2 + at)), e2 + at);
                V.Store(V.MultiplyAdd(d, u, V.Load(e3 + at)), e3 + at);
            }
        }
    }

    /// <summary>Adds queries x to x + 3 to the gradient of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourOfKey(
        in AttentionQueries queries, in Matrix query, in Matrix scoreGradient, int x, int j,
        float* dk, int dimension, int heads, float scale)
    {
        int w = V.Count;
        float* q0 = query[queries.Query(x)], q1 = query[queries.Query(x + 1)];
        float* q2 = query[queries.Query(x + 2)], q3 = query[queries.Query(x + 3)];
        float* s = scoreGradient[x] + j * heads;
        nint next = scoreGradient.Stride, at = 0, end = 0;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w, s += w)
        {
            V a = V.Load(s) * factor, b = V.Load(s + next) * factor;
            V c = V.Load(s + 2 * next) * factor, d = V.Load(s + 3 * next) * factor;
            for (end += dimension * w; at < end; at += w)
            {
                var sum = V.Load(dk + at);
                V.AddProduct(ref sum, a, q0 + at);
                V.AddProduct(ref sum, b, q1 + at);
                V.AddProduct(ref sum, c, q2 + at);
                V.AddProduct(ref sum, d, q3 + at);
                V.Store(sum, dk + at);
            }
        }
    }

    /// <summary>target += scale * ds * source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* target, float* source, float* ds, int dimension, int heads, float scale)
    {
        int w = V.Count;
        var factor = V.Broadcast(scale);
        for (int h = 0; h < heads; h += w)
        {
            var a = V.Load(ds + h) * factor;
            for (float* end = target + dimension * w; target < end; target += w, source += w)
                V.Store(V.MultiplyAdd(a, V.Load(source), V.Load(target)), target);
        }
    }
}
