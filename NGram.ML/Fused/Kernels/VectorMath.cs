using System.Numerics;
using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Kernels;

/// <summary>Elementary functions of vectors of float32.</summary>
internal static class VectorMath
{
    /// <summary>exp(-87.3) is the least normal number: exponents below it count as it.</summary>
    private const float LeastExponent = -87.3f;

    /// <summary>1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits.</summary>
    private const float Rounder = 12582912f;

    /// <summary>
    /// e^x for x up to 88, within one unit in the last place: x = k ln 2 + r with ln 2 in two parts, 2^k from the exponent
    /// bits, e^r by the polynomial of Cephes' expf.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        x = Vector.Max(x, new Vector<float>(LeastExponent));
        var shifted = Vector.FusedMultiplyAdd(x, new Vector<float>(1.44269504f), new Vector<float>(Rounder));
        var k = shifted - new Vector<float>(Rounder);
        var r = Vector.FusedMultiplyAdd(k, new Vector<float>(-0.693359375f), x);
        r = Vector.FusedMultiplyAdd(k, new Vector<float>(2.12194440e-4f), r);
        var p = Vector.FusedMultiplyAdd(new Vector<float>(1.9875691500e-4f), r, new Vector<float>(1.3981999507e-3f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(8.3334519073e-3f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(4.1665795894e-2f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1.6666665459e-1f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(5.0000001201e-1f));
        p = Vector.FusedMultiplyAdd(p, r * r, r) + Vector<float>.One;
        var power = (Vector.AsVectorInt32(shifted) + new Vector<int>(127)) << 23;
        return p * Vector.AsVectorSingle(power);
    }

    /// <summary>
    /// The normal distribution's cumulative probability of x and its exp(-x^2/2), by Abramowitz and Stegun 7.1.26
    /// (absolute error at most 1.5e-7 in erf).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> NormalCumulative(Vector<float> x, out Vector<float> exponential)
    {
        var a = Vector.Abs(x) * new Vector<float>(0.70710678f);
        exponential = Exp(-(a * a));
        var t = Vector<float>.One / Vector.FusedMultiplyAdd(a, new Vector<float>(0.3275911f), Vector<float>.One);
        var p = Vector.FusedMultiplyAdd(new Vector<float>(1.061405429f), t, new Vector<float>(-1.453152027f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(1.421413741f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-0.284496736f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(0.254829592f));
        var tail = p * t * exponential * new Vector<float>(0.5f);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
    }
}
