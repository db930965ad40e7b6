using NGram.ML.Sweeps.Analysis;

namespace NGram.Tests.ML.Sweeps;

[TestClass]
public sealed class SweepFitTests
{
    [TestMethod]
    public void A_fit_finds_the_curve_that_made_the_points()
    {
        var fit = CurveFit.Of(2, [.. Enumerable.Range(1, 8).Select(x => ((double)x, 0.01 * x * x + 0.2))])!;

        Assert.AreEqual(0.01, fit.Slope, 1e-12);
        Assert.AreEqual(0.2, fit.Intercept, 1e-12);
        Assert.AreEqual(1, fit.R2, 1e-12);
        Assert.AreEqual(0.2 + 0.01 * 25, fit.At(5), 1e-12);
    }

    [TestMethod]
    public void A_line_through_three_points_is_that_of_least_squares()
    {
        // By hand: slope 0.5, intercept 1/6, residues 1/12, -1/6, 1/12, total variance 0.5417.
        var fit = CurveFit.Of(1, [(0, 0.25), (1, 0.5), (2, 1.25)])!;

        Assert.AreEqual(0.5, fit.Slope, 1e-12);
        Assert.AreEqual(1.0 / 6, fit.Intercept, 1e-12);
        double residue = 1.0 / 144 + 1.0 / 36 + 1.0 / 144;
        Assert.IsNull(fit.Aicc);
        Assert.AreEqual(1 - residue / (2 * 0.25 + residue), fit.R2, 1e-9);
    }

    [TestMethod]
    public void AICc_is_that_of_its_formula()
    {
        (double X, double Y)[] points = [(0, 0.1), (1, 0.9), (2, 2.2), (3, 2.8), (4, 4.1)];
        var fit = CurveFit.Of(1, points)!;

        double residue = points.Sum(point => Math.Pow(fit.At(point.X) - point.Y, 2));
        Assert.AreEqual(5 * Math.Log(residue / 5) + 6 + 24.0, fit.Aicc!.Value, 1e-9);
    }

    [TestMethod]
    public void One_x_has_no_curve() => Assert.IsNull(CurveFit.Of(1, [(2, 0.1), (2, 0.3)]));
}
