using NGram.ML.Evaluation;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class MetricSumsTests
{
    [TestMethod]
    public void All_right_is_exactly_one_although_the_probabilities_sum_to_less_by_rounding()
    {
        var sums = new MetricSums(topK: 1);
        for (int prompt = 0; prompt < 49; prompt++)
            sums.Add(1.0 / 49, loss: 0.5, hit: 1, among: 1, best: 1);
        Assert.AreNotEqual(1, Enumerable.Repeat(1.0 / 49, 49).Aggregate((sum, weight) => sum + weight), "the sum alone");
        var metrics = sums.Sums(bounds: null);
        Assert.AreEqual(1, metrics.Accuracy);
        Assert.AreEqual(1, metrics.BestAccuracy);
        Assert.AreEqual(0.5, metrics.CrossEntropy, 1e-12);
    }
}
