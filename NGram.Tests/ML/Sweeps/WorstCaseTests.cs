using System.Globalization;
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
        var sweep = SweepPresets.Get("worst-case").Set("DistributionSeed", "1,2,3").Set("Heads", "2,4").Set("Epochs", "4")
            .Set("Batches", "20");
        sweep.Run(folder["sweep"]);
        var worst = CsvRow.Read(folder["sweep/worst.csv"]);
        var results = CsvRow.Read(folder["sweep/results.csv"]);
        var searches = CsvRow.Read(folder["sweep/search.csv"]);
        Assert.HasCount(4, worst);
        foreach (string heads in (string[])["2", "4"])
        {
            // The better of two learning rates counts.
            var facts = results.Where(row => row["Sweep"] == "larger-set" && row["Heads"] == heads)
                .GroupBy(row => row["DistributionSeed"])
                .Select(law => law.Max(row => row.Number("Facts")))
                .ToList();
            Assert.HasCount(3, facts);
            var held = worst.Single(row => row["Of"] == "Facts" && row["Heads"] == heads);
            Assert.AreEqual(facts.Min(), held.Number("Worst"));
            Assert.AreEqual(facts.Average(), held.Number("Mean"), 1e-9);
            Assert.AreEqual(facts.Max(), held.Number("Best"));

            var found = searches.Where(row => row["Heads"] == heads).Select(row => row["Value"]).ToList();
            Assert.HasCount(3, found);
            string expected = found.Contains("") ? "" : found.MinBy(value => double.Parse(value, CultureInfo.InvariantCulture))!;
            Assert.AreEqual(expected, worst.Single(row => row["Of"] == "Prompts" && row["Heads"] == heads)["Worst"]);
        }
        Assert.AreSequenceEqual(
            ["larger-set-worst.svg"],
            Directory.GetFiles(folder["sweep/figures"], "larger-set*.svg").Select(path => Path.GetFileName(path)!));
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
