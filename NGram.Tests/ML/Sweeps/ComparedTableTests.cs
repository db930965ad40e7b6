using NGram.ML.Sweeps.Analysis;

namespace NGram.Tests.ML.Sweeps;

[TestClass]
public sealed class ComparedTableTests
{
    [TestMethod]
    public void The_verdict_says_how_much_few_repetitions_explain()
    {
        var table = new ComparedTable("T", [Point(0.53, 0.01), Point(0.54, 0.07), Point(null, null)]);

        // Root mean squares of 0.03 and 0.04, and of 0.01 and 0.07.
        Assert.AreEqual(Math.Sqrt(0.00125), table.Rms!.Value, 1e-12);
        Assert.AreEqual(0.05, table.RmsByChance!.Value, 1e-12);
        Assert.AreEqual(
            "T: missed, 2 of 3 points, rms 0.0354 (0.0500 by repetitions alone), farthest +0.0400, +0.6 standard errors",
            table.Verdict);
    }

    [TestMethod]
    public void Single_repetitions_explain_nothing()
    {
        var table = new ComparedTable("T", [Point(0.51, null)]);

        Assert.IsNull(table.RmsByChance);
        Assert.AreEqual("T: met, 1 of 1 points, rms 0.0100, farthest +0.0100", table.Verdict);
        Assert.IsNull(new ComparedTable("T", [Point(null, null)]).Rms);
    }

    private static ComparedPoint Point(double? accuracy, double? standardError) =>
        new(1, 10, 10, 0, 0.5, accuracy, standardError);
}
