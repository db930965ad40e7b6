using NGram.ML.Prediction;

namespace NGram.Tests.ML.Prediction;

[TestClass]
public sealed class LogSumExpTests
{
    [TestMethod]
    public void It_is_the_logarithm_of_the_sum_of_the_exponentials()
    {
        var random = new Random(1);
        foreach (int count in (int[])[1, 2, 7, 8, 9, 50, 5000])
        {
            foreach (double scale in (double[])[1e-3, 1, 30, 1000])
            {
                double[] values = [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextDouble() - 0.7))];
                double greatest = values.Max();
                double expected = greatest + Math.Log(values.Sum(value => Math.Exp(value - greatest)));
                Assert.AreEqual(expected, LogSumExp.Of(values), 4e-15 * Math.Max(1, Math.Abs(greatest)), $"{count}, {scale}");
                Assert.AreEqual(greatest, LogSumExp.Greatest(values));
                Assert.AreEqual(Array.IndexOf(values, greatest), TopTokens.Best(values));
            }
        }
    }

    [TestMethod]
    public void Of_numbers_that_were_float32_it_is_exact_to_their_rounding()
    {
        var random = new Random(2);
        foreach (int count in (int[])[1, 7, 16, 17, 50, 512, 5000])
        {
            foreach (float scale in (float[])[1e-3f, 1, 30, 1000])
            {
                double[] values = [.. Enumerable.Range(0, count).Select(_ => (double)(scale * (random.NextSingle() - 0.7f)))];
                double greatest = values.Max();
                double expected = greatest + Math.Log(values.Sum(value => Math.Exp(value - greatest)));
                Assert.AreEqual(expected, LogSumExp.OfSingle(values), 2e-7, $"{count}, {scale}");
            }
        }
        Assert.IsTrue(double.IsNaN(LogSumExp.OfSingle([.. Enumerable.Repeat(1.0, 20), double.NaN])));
        Assert.IsTrue(double.IsNaN(LogSumExp.OfSingle([.. Enumerable.Repeat(double.NaN, 32)])));
    }

    [TestMethod]
    public void A_NaN_shows_and_an_impossible_token_counts_nothing()
    {
        double[] values = [.. Enumerable.Repeat(1.0, 20)];
        values[3] = double.NegativeInfinity;
        Assert.AreEqual(1 + Math.Log(19), LogSumExp.Of(values), 1e-14);
        values[4] = double.NaN;
        Assert.IsTrue(double.IsNaN(LogSumExp.Of(values)));
        values[4] = 0;
        values[19] = double.NaN;
        Assert.IsTrue(double.IsNaN(LogSumExp.Of(values)));
        Assert.AreEqual(0, TopTokens.Best(values));
        values[18] = values[17] = 2;
        Assert.AreEqual(17, TopTokens.Best(values), "the lowest of equals");
    }
}
