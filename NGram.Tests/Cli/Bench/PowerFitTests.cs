using NGram.Cli.Bench.Measure;

namespace NGram.Tests.Cli.Bench;

[TestClass]
public sealed class PowerFitTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(-0.5)]
    [DataRow(2.25)]
    public void Powers_are_exact(double exponent)
    {
        double[] sizes = [8, 16, 40, 64];
        Assert.AreEqual(exponent, PowerFit.Exponent(sizes, [.. sizes.Select(size => 0.3 * Math.Pow(size, exponent))]), 1e-12);
    }

    [TestMethod]
    public void Two_points_are_a_line() => Assert.AreEqual(1, PowerFit.Exponent([1, 2], [5, 10]), 1e-12);

    [TestMethod]
    public void A_single_size_has_no_exponent() =>
        Assert.ThrowsExactly<ArgumentException>(() => PowerFit.Exponent([3, 3], [1, 2]));
}
