using System.Runtime.CompilerServices;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>Elementary functions of vectors of float32; every lane is a separate argument.</summary>
internal static class VectorMath<V> where V : struct, IFloats<V>
{
    // e^x = 2^k e^r with k = round(x / ln 2) and r = x - k ln 2, so that |r| is at most ln 2 / 2 = 0.35.
    //
    // k: adding 1.5 * 2^23 to a small float rounds it to an integer, which is then in the low bits of the sum. k ln 2 is
    // subtracted in two parts: the high one has so few bits that k times it is exact, the low one is the rest.
    //
    // e^r = 1 + r + r^2 q(r). The coefficients of q are near 1/2!, 1/3!, ..., 1/6!, moved a little so that the largest relative
    // error on the interval is least, 3e-9. 2^k is k + 127 in the bits of a float's exponent.

    /// <summary>e^-87.3 is about the smallest normal number; below it there is no exponent left for 2^k.</summary>
    private const float LeastArgument = -87.3f;

    private const float InverseLn2 = 1.44269504f;
    private const float RoundToInteger = 12582912f;
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
    private const float Exp2 = 0.49999994f, Exp3 = 0.16666521f, Exp4 = 0.041668389f, Exp5 = 8.3687454e-3f, Exp6 = 1.3814539e-3f;
    private const int ExponentBias = 127, MantissaBits = 23;

    // erf(a) = 1 - (E1 t + E2 t^2 + ... + E5 t^5) e^(-a^2) with t = 1 / (1 + ErfScale a), for a not below 0:
    // Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26; the absolute error is at most 1.5e-7.
    private const float InverseSqrt2 = 0.70710678f, ErfScale = 0.3275911f;
    private const float Erf1 = 0.254829592f, Erf2 = -0.284496736f, Erf3 = 1.421413741f, Erf4 = -1.453152027f, Erf5 = 1.061405429f;

    /// <summary>e^x for x up to 88, to about one unit in the last place; below -87.3 it stays at e^-87.3.</summary>
    /// <remarks>
    /// Not Vector.Exp, which also handles infinities and NaN: measured on AVX2 with .NET 10, it takes 0.91 ns a float and this
    /// one 0.55; its error is up to 1.8 units in the last place, this one's 1.0. A loss is mostly exponentials.
    /// <code>
    /// result = MathF.Exp(MathF.Max(x, -87.3f));
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = V.Max(V.Broadcast(LeastArgument), x);
        var shifted = V.MultiplyAdd(x, V.Broadcast(InverseLn2), V.Broadcast(RoundToInteger));
        var k = shifted - V.Broadcast(RoundToInteger);
        var r = V.MultiplyAdd(k, V.Broadcast(-Ln2High), x);
        V.AddProduct(ref r, k, V.Broadcast(-Ln2Low));
        // In pairs, which do not wait for each other.
        var square = r * r;
        var q = V.MultiplyAdd(V.Broadcast(Exp6), square, V.MultiplyAdd(V.Broadcast(Exp5), r, V.Broadcast(Exp4)));
        q = V.MultiplyAdd(q, square, V.MultiplyAdd(V.Broadcast(Exp3), r, V.Broadcast(Exp2)));
        var exponential = V.MultiplyAdd(q, square, r) + V.One;
        // The shift drops all bits of the sum above k.
        return exponential * V.PowerOfTwo(shifted);
    }

    /// <summary>
    /// The normal distribution's cumulative probability of x, to 3e-7, and e^(-x^2/2), which its density needs.
    /// </summary>
    /// <remarks>
    /// With a = |x| / sqrt(2), so that e^(-a^2) = e^(-x^2/2), the smaller tail is (1 - erf(a)) / 2: it is computed first, since
    /// it keeps its digits where the other is nearly 1. The coefficients include the factor 1/2.
    /// <code>
    /// exponential = MathF.Exp(-x * x / 2);
    /// result = (1 + erf(x / MathF.Sqrt(2))) / 2;
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V NormalCumulative(V x, out V exponential)
    {
        exponential = Exp(x * x * V.Broadcast(-0.5f));
        var t = V.Reciprocal(V.MultiplyAdd(V.Abs(x), V.Broadcast(ErfScale * InverseSqrt2), V.One));
        var p = V.MultiplyAdd(V.Broadcast(Erf5 / 2), t, V.Broadcast(Erf4 / 2));
        p = V.MultiplyAdd(p, t, V.Broadcast(Erf3 / 2));
        p = V.MultiplyAdd(p, t, V.Broadcast(Erf2 / 2));
        p = V.MultiplyAdd(p, t, V.Broadcast(Erf1 / 2));
        var tail = p * t * exponential;
        return V.Select(V.IsGreater(default, x), tail, V.One - tail);
    }
}
