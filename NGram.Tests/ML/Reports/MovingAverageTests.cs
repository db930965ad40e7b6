using NGram.ML.Reports;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class MovingAverageTests
{
    [TestMethod]
    public void A_value_becomes_the_mean_of_the_window_around_it()
    {
        double[] means = MovingAverage.MovingMean([3, 6, 0, 9, 12], 3);
        CollectionAssert.AreEqual(new[] { 4.5, 3, 5, 7, 10.5 }, means);
    }

    [TestMethod]
    public void A_window_of_one_changes_nothing() =>
        CollectionAssert.AreEqual(new double[] { 1, 5, -2 }, MovingAverage.MovingMean([1, 5, -2], 1));

    [TestMethod]
    public void A_window_longer_than_the_curve_gives_its_mean() =>
        CollectionAssert.AreEqual(new double[] { 2, 2, 2 }, MovingAverage.MovingMean([1, 2, 3], 101));

    [TestMethod]
    public void Values_that_are_not_finite_are_left_out()
    {
        double[] means = MovingAverage.MovingMean([1, double.NaN, 3, double.PositiveInfinity], 3);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 3 }, means);
        Assert.IsTrue(double.IsNaN(MovingAverage.MovingMean([double.NaN], 1)[0]));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4)]
    [DataRow(-3)]
    public void An_even_window_is_refused(int window)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => MovingAverage.MovingMean([1], window));
        StringAssert.Contains(error.Message, $"window is {window}; it must be a positive odd number");
    }
}
