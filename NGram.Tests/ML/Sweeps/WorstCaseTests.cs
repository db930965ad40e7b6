using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Tables;
using NGram.Tests.Cli;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.ML.Sweeps;

/// <summary>What holds of every random set of prompts.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class WorstCaseTests
{
    [TestMethod]
    public void The_worst_is_the_fewest_facts_and_the_smallest_set_over_the_laws()
    {
        using var folder = new TemporaryFolder();
        var sweep = SweepPresets.Get("worst-case").Set("DistributionSeed", "1,2,3").Set("Heads", "4").Set("Epochs", "4");
        sweep.Run(folder["sweep"]);
        var worst = CsvRow.Read(folder["sweep/worst.csv"]);
        var results = CsvRow.Read(folder["sweep/results.csv"]).Where(row => row["Sweep"] == "larger-set").ToList();
        var facts = results.GroupBy(row => row["DistributionSeed"]).Select(law => law.Max(row => row.Number("Facts"))).ToList();
        Assert.HasCount(3, facts);
        var held = worst.Single(row => row["Of"] == "Facts");
        Assert.AreEqual(facts.Min(), held.Number("Worst"));
        Assert.AreEqual(facts.Average(), held.Number("Mean"), 1e-9);
        Assert.AreEqual(facts.Max(), held.Number("Best"));

        var found = CsvRow.Read(folder["sweep/search.csv"]).Select(row => row["Value"]).ToList();
        var largest = worst.Single(row => row["Of"] == "Prompts");
        Assert.HasCount(3, found);
        string expected = found.Contains("") ? "" : found.Min(double.Parse).ToString();
        Assert.AreEqual(expected, largest["Worst"]);
        Assert.Contains("The worst case", File.ReadAllText(folder["sweep/report.html"]));
    }

    [TestMethod]
    public void A_search_that_found_nothing_is_the_worst()
    {
        var point = SweepPresets.Get("worst-case").Trials()[0].Point;
        Assert.IsNull(new WorstCase(point, "Prompts", [40, null, 60], IsMost: false).Worst);
        Assert.AreEqual(40, new WorstCase(point, "Prompts", [40, 50, 60], IsMost: false).Worst);
        Assert.AreEqual(60, new WorstCase(point, "Heads", [40, 50, 60], IsMost: true).Worst);
    }
}
