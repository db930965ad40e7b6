using MathNet.Numerics;

namespace NGram.ML.Constructions.Systems;

/// <summary>The activation of the MLPs, x Phi(x) with the normal distribution function Phi, in double.</summary>
internal static class Gelu
{
    /// <summary>The function.</summary>
    public static double Of(double x) => x * Phi(x);

    /// <summary>Its derivative.</summary>
    public static double Slope(double x) => Phi(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    private static double Phi(double x) => SpecialFunctions.Erfc(-x / Constants.Sqrt2) / 2;
}
