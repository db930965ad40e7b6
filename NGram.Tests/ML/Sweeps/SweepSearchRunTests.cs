using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Running;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Sweeps;

/// <summary>Searches that run: the demanded bits a parameter fall with the heads, whatever the training comes to.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class SweepSearchRunTests : IDisposable
{
    // 25 prompts of log2 5 bits; 5 * 4 + 6 + 16 H parameters: 58 bits are a bit a parameter at H = 2 and 0.5 at H = 5.6.
    private static readonly Sweep Small = Sweep.FromJson(
        """
        {
          "name": "small",
          "title": "A search",
          "settings": {
            "VocabularySize": 5, "EmbeddingDimension": 2, "HeadDimension": 2, "BatchSize": 32, "Batches": 4, "Epochs": 2
          },
          "axes": {"Prompts": [20, 25], "Heads": {"from": 1, "to": 15}},
          "search": {"axis": "Heads", "by": "DemandedBitsPerParameter", "target": 0.5, "largest": true},
          "repetitions": 2
        }
        """,
        "small");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_search_finds_the_value_and_trains_nothing_else_and_nothing_twice()
    {
        var result = Small.Run(folder["a"]);

        var rows = result.SearchesToDataFrame();
        Assert.AreSequenceEqual(
            [Largest(20), Largest(20), Largest(25), Largest(25)],
            rows["Value"].Cast<double>().Select(value => (int)value));
        Assert.IsTrue(rows["Status"].Cast<string>().All(status => status == "found"));
        // Four halvings of fifteen values in each of four searches.
        Assert.AreEqual(16, result.Counts[TrialStatus.Done]);
        Assert.AreEqual(0, result.Counts[TrialStatus.Waiting]);
        Assert.HasCount(16, Directory.GetFiles(folder["a/trials"]));
        Assert.AreEqual(5, File.ReadLines(folder["a/search.csv"]).Count());
        Assert.IsTrue(File.Exists(folder["a/figures/small-search.svg"]));
        string before = Written("a");
        Small.Run(folder["a"]);
        Assert.AreEqual(before, Written("a"));
    }

    [TestMethod]
    public void Shards_and_a_run_that_was_stopped_come_to_the_same()
    {
        Small.Run(folder["a"], new() { Jobs = 1 });
        Small.Run(folder["b"], new() { Shard = new(1, 3) });
        Small.Run(folder["b"], new() { Shard = new(3, 3) });
        var part = Small.Run(folder["b"], new() { Shard = new(2, 3) }, cancellationToken: new(canceled: true));
        Assert.AreEqual(1, part.Counts[TrialStatus.Waiting]);
        Assert.AreEqual(12, part.Counts[TrialStatus.Done]);
        Assert.AreEqual(1, part.SearchesToDataFrame()["Status"].Cast<string>().Count(status => status == "unfinished"));
        Small.Run(folder["b"]);

        Assert.AreEqual(Written("a"), Written("b"));
    }

    private static int Largest(int prompts) =>
        Enumerable.Range(1, 15).Last(heads => prompts * Math.Log2(5) / (2 * 5 * 2 + 3 * 2 + 4 * 2 * 2 * heads) >= 0.5);

    private string Written(string name) =>
        string.Join('\n', Directory.GetFiles(folder[$"{name}/trials"]).Select(Path.GetFileName).Order())
        + File.ReadAllText(folder[$"{name}/search.csv"]);
}
