using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// mixed(x, m) = sum over heads and keys of probability(x, j) value(j, m). Rows of values hold [block of heads, m, lane],
/// rows of probabilities [key, head].
/// </summary>
/// <remarks>
/// A lane is a head. The values have passed the output projection, so that heads may be added: the lanes of a sum over keys and
/// blocks are added once, at the end. Outputs beyond the last four are done in pairs, an odd one alone. Backward, four siblings
/// share what is loaded of a common key's value and of its gradient; those beyond the last four are done one by one. Heads are
/// padded to whole vectors by heads whose values are zero.
/// <para>
/// Where a head takes a whole vector, all lanes of its probability are equal and an output is a lane: m then counts vectors of
/// outputs, and no sum crosses lanes (<see cref="IMixedOutputs{V}"/>).
/// </para>
/// </remarks>
internal static unsafe class AttentionMix<V, O>
    where V : struct, IFloats<V>
    where O : struct, IMixedOutputs<V>
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
                Four(p, value, keys, count, z, m, dimension, heads);
            for (; m + 1 < dimension; m += 2)
                Two(p, value, keys, count, z, m, dimension, heads);
            for (; m < dimension; m++)
                One(p, value, keys, count, z, m, dimension, heads);
        }
    }

    /// <summary>Assigns the gradient of the own keys' probabilities and adds to the gradient of their values.</summary>
    /// <param name="queries">Who reads what.</param>
    /// <param name="byOwn">Some of the queries, those with the same own row together.</param>
    /// <param name="first">The number of query 0 in that order.</param>
    /// <param name="assigns">Whether no two queries share an own row, whose gradient is then assigned.</param>
    /// <param name="probability">Of every key, the own one last.</param>
    /// <param name="value">Values.</param>
    /// <param name="mixedGradient">Of the mixed values.</param>
    /// <param name="probabilityGradient">Result.</param>
    /// <param name="valueGradient">Result.</param>
    /// <param name="dimension">Of a mixed value.</param>
    /// <param name="heads">Padded to whole vectors.</param>
    /// <remarks><code>
    /// for (x, h) probabilityGradient[x][own, h] = 0;
    /// for (x, h, m) probabilityGradient[x][own, h] += mixedGradient[x][m] * value[Own(x)][h, m];
    /// for (x, h, m) valueGradient[Own(x)][h, m] += mixedGradient[x][m] * probability[x][own, h];
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OwnBackward(
        in AttentionQueries queries, ReadOnlySpan<int> byOwn, int first, bool assigns,
        in Matrix probability, in Matrix value, in Matrix mixedGradient,
        in Matrix probabilityGradient, in Matrix valueGradient, int dimension, int heads)
    {
        for (int i = 0; i < byOwn.Length;)
        {
            int x = byOwn[i] - first, row = queries.Own(x), at = (queries.KeyCount(x) - 1) * heads;
            float* v = value[row], dv = valueGradient[row];
            if (i + 3 < byOwn.Length && queries.Own(byOwn[i + 3] - first) == row)
            {
                int y = byOwn[i + 1] - first, z = byOwn[i + 2] - first, u = byOwn[i + 3] - first;
                FourBack(
                    probability[x] + at, probability[y] + at, probability[z] + at, probability[u] + at,
                    probabilityGradient[x] + at, probabilityGradient[y] + at,
                    probabilityGradient[z] + at, probabilityGradient[u] + at,
                    v, dv, mixedGradient[x], mixedGradient[y], mixedGradient[z], mixedGradient[u], dimension, heads);
                i += 4;
                continue;
            }

            OneBack(probability[x] + at, probabilityGradient[x] + at, v, dv, mixedGradient[x], dimension, heads, assigns);
            i++;
        }
    }

    /// <summary>The same for all keys but the own one, where they are in a range of rows.</summary>
    /// <param name="queries">Who reads what.</param>
    /// <param name="firstRow">First of the rows.</param>
    /// <param name="endRow">The first one after them.</param>
    /// <param name="probability">Of every key.</param>
    /// <param name="value">Values.</param>
    /// <param name="mixedGradient">Of the mixed values.</param>
    /// <param name="probabilityGradient">Result.</param>
    /// <param name="valueGradient">Result, added to what the own keys left there.</param>
    /// <param name="dimension">Of a mixed value.</param>
    /// <param name="heads">Padded to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OthersBackward(
        in AttentionQueries queries, int firstRow, int endRow, in Matrix probability, in Matrix value,
        in Matrix mixedGradient, in Matrix probabilityGradient, in Matrix valueGradient, int dimension, int heads)
    {
        for (int begin = 0, end; begin < queries.Count; begin = end)
        {
            end = queries.SiblingsEnd(begin);
            int* keys = queries.Keys(begin);
            int others = queries.KeyCount(begin) - 1;
            for (int j = 0; j < others; j++)
            {
                if (keys[j] < firstRow || keys[j] >= endRow)
                    continue;
                float* v = value[keys[j]], dv = valueGradient[keys[j]];
                int x = begin, at = j * heads;
                for (; x + 3 < end; x += 4)
                {
                    FourBack(
                        probability[x] + at, probability[x + 1] + at, probability[x + 2] + at, probability[x + 3] + at,
                        probabilityGradient[x] + at, probabilityGradient[x + 1] + at,
                        probabilityGradient[x + 2] + at, probabilityGradient[x + 3] + at,
                        v, dv, mixedGradient[x], mixedGradient[x + 1], mixedGradient[x + 2], mixedGradient[x + 3],
                        dimension, heads);
                }

                for (; x < end; x++)
                {
                    OneBack(
                        probability[x] + at, probabilityGradient[x] + at, v, dv, mixedGradient[x], dimension, heads,
                        assigns: false);
                }
            }
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
        O.Store(a, b, c, d, z, m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(float* p, in Matrix value, int* keys, int count, float* z, int m, int dimension, int heads)
    {
        int w = V.Count;
        V a = default, b = default;
        for (int j = 0; j < count; j++)
        {
            float* v = value[keys[j]] + m * w;
            for (float* end = p + heads; p < end; p += w, v += dimension * w)
            {
                var weight = V.Load(p);
                V.AddProduct(ref a, weight, v);
                V.AddProduct(ref b, weight, v + w);
            }
        }
        O.Store(a, z, m);
        O.Store(b, z, m + 1);
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
        O.Store(a, z, m);
    }

    /// <summary>Four queries with a common key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourBack(
        float* p0, float* p1, float* p2, float* p3, float* dp0, float* dp1, float* dp2, float* dp3,
        float* v, float* dv, float* z0, float* z1, float* z2, float* z3, int dimension, int heads)
    {
        int w = V.Count;
        for (int h = 0; h < heads; h += w)
        {
            V a = V.Load(p0 + h), b = V.Load(p1 + h), c = V.Load(p2 + h), d = V.Load(p3 + h);
            V da = default, db = default, dc = default, dd = default;
            for (int m = 0; m < dimension; m++, v += w, dv += w)
            {
                V g0 = O.Load(z0, m), g1 = O.Load(z1, m), g2 = O.Load(z2, m), g3 = O.Load(z3, m);
                V u = V.Load(v), sum = V.Load(dv);
                V.AddProduct(ref da, g0, u);
                V.AddProduct(ref db, g1, u);
                V.AddProduct(ref dc, g2, u);
                V.AddProduct(ref dd, g3, u);
                V.AddProduct(ref sum, g0, a);
                V.AddProduct(ref sum, g1, b);
                V.AddProduct(ref sum, g2, c);
                V.AddProduct(ref sum, g3, d);
                V.Store(sum, dv);
            }
            V.Store(da, dp0 + h);
            V.Store(db, dp1 + h);
            V.Store(dc, dp2 + h);
            V.Store(dd, dp3 + h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneBack(
        float* p, float* dp, float* v, float* dv, float* dz, int dimension, int heads, bool assigns)
    {
        int w = V.Count;
        for (float* end = p + heads; p < end; p += w, dp += w)
        {
            V a = V.Load(p), da = default;
            for (int m = 0; m < dimension; m++, v += w, dv += w)
            {
                var g = O.Load(dz, m);
                V.AddProduct(ref da, g, v);
                V.Store(V.MultiplyAdd(g, a, assigns ? default : V.Load(dv)), dv);
            }
            V.Store(da, dp);
        }
    }
}
