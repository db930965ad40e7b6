using MathNet.Numerics;
using MathNet.Numerics.LinearRegression;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>y = Slope x^Power + Intercept by least squares.</summary>
/// <param name="Power">1: linear, 2: quadratic, 3: cubic; 0: a constant.</param>
/// <param name="Slope">Coefficient of x^Power.</param>
/// <param name="Intercept">Value at x = 0.</param>
/// <param name="R2">Share of the variance that it explains.</param>
/// <param name="Aicc">
/// Akaike's criterion corrected for few points (Hurvich and Tsai 1989), n log(RSS / n) + 2k + 2k(k + 1) / (n - k - 1) with k = 3:
/// slope, intercept and variance; null for fewer than five points or an exact fit.
/// </param>
internal sealed record CurveFit(int Power, double Slope, double Intercept, double R2, double? Aicc)
{
    private const int Unknowns = 3;

    /// <summary>Fits it to points; null if there are fewer than two distinct x.</summary>
    public static CurveFit? Of(int power, IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Select(point => point.X).Distinct().Take(2).Count() < 2)
            return null;
        double[] x = [.. points.Select(point => Math.Pow(point.X, power))], y = [.. points.Select(point => point.Y)];
        var (intercept, slope) = SimpleRegression.Fit(x, y);
        double[] fitted = [.. x.Select(value => intercept + slope * value)];
        double residue = fitted.Zip(y, (a, b) => (a - b) * (a - b)).Sum();
        int n = y.Length;
        double? aicc = n > Unknowns + 1 && residue > 0
            ? n * Math.Log(residue / n) + 2 * Unknowns + 2.0 * Unknowns * (Unknowns + 1) / (n - Unknowns - 1)
            : null;
        return new(power, slope, intercept, GoodnessOfFit.RSquared(fitted, y), aicc);
    }

    /// <summary>The curve's y.</summary>
    public double At(double x) => Intercept + Slope * Math.Pow(x, Power);
}
