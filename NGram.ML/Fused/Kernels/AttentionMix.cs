using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// mixed(x, m) = sum over heads and keys of probability(x, j) value(j, m). Rows of values hold [block of heads, m, lane],
/// rows of probabilities [key, head].
/// </summary>
/// <remarks>
/// A lane is a head. The values have passed the output projection, so that heads may be added: the lanes of a sum over keys
/// and blocks are added once, at its end. Outputs beyond the last four and an odd last key are done alone. Heads are padded
/// to whole vectors by heads whose values are zero.
/// </remarks>
internal static unsafe class AttentionMix<V> where V : struct, IFloats<V>
{
    /// <summary>Assigns the mixed values.</summary>
    /// <remarks><code>
    /// for (x, m) mixed[x][m] = 0;
    /// for (x, m, j, h) mixed[x][m] += probability[x][j, h] * value[Keys(x)[j]][h, m];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        in AttentionQueries queries,
        in Matrix probability,
        in Matrix value,
        in Matrix mixed,
        int dimension,
        int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            float* p = probability[x], z = mixed[x];
            int* keys = queries.Keys(x);
            int count = queries.KeyCount(x), m = 0;
            for (; m + 3 < dimension; m += 4)
                Four(p, value, keys, count, z + m, m, dimension, heads);
            for (; m < dimension; m++)
                One(p, value, keys, count, z + m, m, dimension, heads);
        }
    }

    /// <summary>Assigns the probabilities' gradient and adds to the values'.</summary>
    /// <remarks><code>
    /// for (x, j, h) probabilityGradient[x][j, h] = 0;
    /// for (x, j, h, m) probabilityGradient[x][j, h] += mixedGradient[x][m] * value[Keys(x)[j]][h, m];
    /// for (x, j, h, m) valueGradient[Keys(x)[j]][h, m] += mixedGradient[x][m] * probability[x][j, h];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        in AttentionQueries queries, in Matrix probability, in Matrix value, in Matrix mixedGradient,
        in Matrix probabilityGradient, in Matrix valueGradient, int dimension, int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            float* p = probability[x], dp = probabilityGradient[x], dz = mixedGradient[x];
            int* keys = queries.Keys(x);
            int count = queries.KeyCount(x), j = 0;
            for (; j + 1 < count; j += 2, p += 2 * heads, dp += 2 * heads)
            {
                PairBack(
                    p, p + heads, dp, dp + heads, value[keys[j]], value[keys[j + 1]],
                    valueGradient[keys[j]], valueGradient[keys[j + 1]], dz, dimension, heads);
            }

            if (j < count)
                SingleBack(p, dp, value[keys[j]], valueGradient[keys[j]], dz, dimension, heads);
        }
    }

    /// <summary>Outputs m to m + 3, which share what is loaded of the probabilities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* p, in Matrix value, int* keys, int count, float* z, int m, int dimension, int heads)
    {
        int w = V.Count;
        V a = default, b = default, c = default, d = default;
        for (int j = 0; j < count; j++)
        {
            float* v = value[keys[j]] + m * w;
            for (float* end = p + heads; p < end; p += w, v += dimension * w)
            {
                var weight = V.Load(p);
                V.AddProduct(ref a, weight, v);
                V.AddProduct(ref b, weight, v + w);
                V.AddProduct(ref c, weight, v + 2 * w);
                V.AddProduct(ref d, weight, v + 3 * w);
            }
        }
        z[0] = V.Sum(a);
        z[1] = V.Sum(b);
        z[2] = V.Sum(c);
        z[3] = V.Sum(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(float* p, in Matrix value, int* keys, int count, float* z, int m, int dimension, int heads)
    {
        int w = V.Count;
        V a = default;
        for (int j = 0; j < count; j++)
        {
            float* v = value[keys[j]] + m * w;
            for (float* end = p + heads; p < end; p += w, v += dimension * w)
                V.AddProduct(ref a, V.Load(p), v);
        }
        *z = V.Sum(a);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairBack(
        float* p, float* q, float* dp, float* dq, float* u, float* v, float* du, float* dv, float* dz, int dimension, int heads)
    {
        int w = V.Count;
        for (float* end = p + heads; p < end; p += w, q += w, dp += w, dq += w)
        {
            V a = V.Load(p), b = V.Load(q), da = default, db = default;
            for (float* z = dz, last = dz + dimension; z < last; z++, u += w, v += w, du += w, dv += w)
            {
                var g = V.Broadcast(*z);
                V.AddProduct(ref da, g, u);
                V.AddProduct(ref db, g, v);
                V.Store(V.MultiplyAdd(g, a, V.Load(du)), du);
                V.Store(V.MultiplyAdd(g, b, V.Load(dv)), dv);
            }
            V.Store(da, dp);
            V.Store(db, dq);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SingleBack(float* p, float* dp, float* v, float* dv, float* dz, int dimension, int heads)
    {
        int w = V.Count;
        for (float* end = p + heads; p < end; p += w, dp += w)
        {
            V a = V.Load(p), da = default;
            for (float* z = dz, last = dz + dimension; z < last; z++, v += w, dv += w)
            {
                var g = V.Broadcast(*z);
                V.AddProduct(ref da, g, v);
                V.Store(V.MultiplyAdd(g, a, V.Load(dv)), dv);
            }
            V.Store(da, dp);
        }
    }
}
