using NGram.ML.Reports;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class DownsamplingTests
{
    [TestMethod]
    [DataRow(20_000, 1000)]
    [DataRow(1001, 1000)]
    [DataRow(17, 4)]
    [DataRow(100, 7)]
    public void Extremes_keep_ends_order_and_the_maximum_number(int count, int maximum)
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        int[] chosen = Downsampling.Extremes(values, maximum);
        Assert.AreEqual(0, chosen[0]);
        Assert.AreEqual(count - 1, chosen[^1]);
        Assert.IsLessThanOrEqualTo(maximum, chosen.Length);
        CollectionAssert.AreEqual(chosen.Distinct().Order().ToArray(), chosen);
    }

    [TestMethod]
    public void Extremes_lose_no_peak()
    {
        double[] values = new double[20_000];
        foreach (int peak in new[] { 7, 4_321, 12_345, 19_990 })
        {
            values[peak] = 1;
            values[peak + 2] = -1;
        }
        int[] chosen = Downsampling.Extremes(values, 1000);
        foreach (int peak in new[] { 7, 4_321, 12_345, 19_990 })
        {
            CollectionAssert.Contains(chosen, peak);
            CollectionAssert.Contains(chosen, peak + 2);
        }
    }

    [TestMethod]
    public void Extremes_skip_values_that_are_not_finite_where_others_exist()
    {
        double[] values = [.. Enumerable.Range(0, 102).Select(i => i % 10 == 5 ? double.NaN : i)];
        double[] chosen = [.. Downsampling.Extremes(values, 22).Select(i => values[i])];
        Assert.IsTrue(chosen.All(double.IsFinite));
    }

    [TestMethod]
    public void Short_curves_stay_whole()
    {
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Downsampling.Extremes([5, 4, 6], 4));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Downsampling.Even(3, 4));
        Assert.IsEmpty(Downsampling.Extremes([], 4));
        Assert.IsEmpty(Downsampling.Even(0, 4));
    }

    [TestMethod]
    public void Even_indices_include_both_ends() =>
        CollectionAssert.AreEqual(new[] { 0, 3, 6, 10 }, Downsampling.Even(11, 4));
}
