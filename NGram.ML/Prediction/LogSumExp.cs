using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Prediction;

/// <summary>log sum_t exp(x_t) in double, which turns logits into log-probabilities.</summary>
/// <remarks>
/// TensorPrimitives.Exp takes every argument; these are from -infinity to 0, less the greatest. On busy cores 5,000 numbers take
/// 13 us there and 5 here. e^x = 2^k e^r with k = round(x / ln 2), |r| at most ln 2 / 2; e^r by its series up to r^12 / 12!,
/// whose rest is 2e-16. A lane is a number; the last ones beyond whole vectors are done one by one.
/// </remarks>
internal static class LogSumExp
{
    // Below this e^x is negligible beside e^0, and 2^k is still a normal number.
    private const double LeastArgument = -700;
    private const double InverseLn2 = 1.4426950408889634, Ln2High = 0.6931471803691238, Ln2Low = 1.9082149292705877e-10;

    // Adding it rounds to an integer, which is then in the low bits.
    private const double RoundToInteger = 6755399441055744;

    // Of which a sum in float32 loses no digit that counts.
    private const int SingleTerms = 128;
    private const int ExponentBias = 1023, MantissaBits = 52;

    /// <summary>The logarithm of the sum; NaN if a number is NaN, or if none is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(ReadOnlySpan<double> values)
    {
        double greatest = Greatest(values);
        var max = Vector512.Create(greatest);
        var sum = Vector512<double>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            sum += Exp(Vector512.Create(values[i..]) - max);
        double rest = 0;
        for (; i < values.Length; i++)
            rest += Math.Exp(values[i] - greatest);
        return greatest + Math.Log(Vector512.Sum(sum) + rest);
    }

    /// <summary>
    /// The same for numbers that were float32 before they were widened, by exponentials in float32, in half of the time: to 2e-7,
    /// which is less than their own rounding. Not by Vector512, whose Narrow is a loop where there is no AVX-512: 5,000 numbers
    /// then took 9 us, and take 4 so.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double OfSingle(ReadOnlySpan<double> values)
    {
        double greatest = Greatest(values), total = 0;
        var max = Vector256.Create(greatest);
        int i = 0, whole = values.Length / Floats8.Count * Floats8.Count;
        while (i < whole)
        {
            Floats8 sum = default;
            for (int end = Math.Min(i + SingleTerms, whole); i < end; i += Floats8.Count)
            {
                var terms = values.Slice(i, Floats8.Count);
                sum += VectorMath<Floats8>.Exp(new Floats8(Vector256.Narrow(
                    Vector256.Create(terms) - max, Vector256.Create(terms[Vector256<double>.Count..]) - max)));
            }
            total += Floats8.Sum(sum);
        }
        for (; i < values.Length; i++)
            total += Math.Exp(values[i] - greatest);
        return greatest + Math.Log(total);
    }

    /// <summary>The greatest number; one that is NaN does not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Greatest(ReadOnlySpan<double> values)
    {
        var best = Vector512.Create(double.NegativeInfinity);
        int i = 0;
        for (; i <= values.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            var next = Vector512.Create(values[i..]);
            best = Vector512.ConditionalSelect(Vector512.GreaterThan(next, best), next, best);
        }
        double greatest = double.NegativeInfinity;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
            greatest = best[lane] > greatest ? best[lane] : greatest;
        for (; i < values.Length; i++)
            greatest = values[i] > greatest ? values[i] : greatest;
        return greatest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exp(Vector512<double> x)
    {
        // A NaN stays NaN: it is not less.
        var least = Vector512.Create(LeastArgument);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, x);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(InverseLn2), Vector512.Create(RoundToInteger));
        var k = shifted - Vector512.Create(RoundToInteger);
        var r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2Low), r);
        var p = Vector512.Create(1.0 / 479001600);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 39916800));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 3628800));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 362880));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 40320));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 5040));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<double>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<double>.One);
        // The shift drops all bits of the sum above k.
        var power = (shifted.AsInt64() + Vector512.Create((long)ExponentBias)) << MantissaBits;
        return p * power.AsDouble();
    }
}
