using NGram.ML.Reports;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class LabelLayoutTests
{
    [TestMethod]
    public void Labels_far_apart_stay_where_they_are() =>
        CollectionAssert.AreEqual(new double[] { 0, 20, 50 }, LabelLayout.Spread([0, 20, 50], 15));

    [TestMethod]
    public void Labels_at_one_place_spread_evenly_around_it() =>
        CollectionAssert.AreEqual(new double[] { -10, 0, 10 }, LabelLayout.Spread([0, 0, 0], 10));

    [TestMethod]
    public void Spread_groups_that_meet_are_moved_together()
    {
        double[] spread = LabelLayout.Spread([0, 1, 12, 13, 100], 10);
        // Four labels around the mean of 0, 1, 12 and 13, which is 6.5.
        CollectionAssert.AreEqual(new[] { -8.5, 1.5, 11.5, 21.5, 100 }, spread);
    }

    [TestMethod]
    public void Any_labels_end_at_least_the_spacing_apart()
    {
        var random = new Random(3);
        double[] wanted = [.. Enumerable.Range(0, 20).Select(_ => 100 * random.NextDouble()).Order()];
        double[] spread = LabelLayout.Spread(wanted, 8);
        for (int i = 1; i < spread.Length; i++)
            Assert.IsGreaterThanOrEqualTo(8 - 1e-9, spread[i] - spread[i - 1]);
        Assert.AreEqual(wanted.Average(), spread.Average(), 1e-9);
    }
}
