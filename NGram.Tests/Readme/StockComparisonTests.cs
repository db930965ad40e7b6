using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;

namespace NGram.Tests.Readme;

[TestClass]
[TestCategory("Slow")]
public sealed class StockComparisonTests
{
    [TestMethod]
    public void The_transformer_remembers_what_a_linear_model_cannot()
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = 8, Order = 3 }.CreateDistribution(seed: 2222);
        var metrics = StockComparison.Run(
            ml, law, ml.NGrams.Sample(law, rows: 3000, seed: 1), ml.NGrams.Sample(law, rows: 1000, seed: 2),
            new AttentionTransformerOptions { Distribution = law });
        var (linear, trees, ours) = (metrics[0], metrics[1], metrics[2]);

        Assert.AreEqual(3, MetricsTable.Create(metrics).Rows.Count);
        foreach (var m in metrics)
        {
            Assert.AreEqual(1000, m.Rows, m.Model);
            Assert.AreEqual(m.CrossEntropy, m.Divergence!.Value, 1e-12, "a look-up has no entropy");
            Assert.AreEqual(1, m.BestAccuracy!.Value, 1e-12);
        }
        // 64 random pairs: a sum of two tables of 8 x 8 weights fits few of them at once.
        Assert.IsLessThan(0.75, linear.Accuracy);
        Assert.IsGreaterThan(1 / 8.0, linear.Accuracy);
        Assert.IsGreaterThan(linear.Accuracy, trees.Accuracy);
        Assert.IsGreaterThan(0.95, ours.Accuracy);
        Assert.IsInRange(0, linear.CrossEntropy, ours.CrossEntropy);
    }
}
