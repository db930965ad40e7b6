using System.Text.Json.Nodes;

namespace NGram.Tests.Cli.Train;

[TestClass]
public sealed class ExactObjectiveCommandTests
{
    [TestMethod]
    public void A_run_has_every_prompt_in_its_summary()
    {
        using var folder = new TemporaryFolder();
        const string line = "train --vocabulary-size 10 --embedding-dimension 4 --head-dimension 4 --heads 6 --objective exact "
            + "--batch-size 100 --epochs 30 --learning-rate 0.03 --no-baseline --quiet --json";
        var run = CliRun.OfLine($"{line} --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        var summary = JsonNode.Parse(run.Output)!;
        Assert.AreEqual(100, (int)summary["sequences"]!);
        Assert.AreEqual(30, (int)summary["steps"]!);
        Assert.AreEqual(30.0, (double)summary["exposures"]!);
        Assert.AreEqual(1.0, (double)summary["coverage"]!);
        Assert.IsNull(summary["predictors"]!["addK"], "there is no sample");
        Assert.IsLessThan(2.0, (double)summary["exactDivergence"]!);
        CliRun.OfLine($"{line} --output {folder["again"]}");
        Assert.AreEqual(File.ReadAllText(folder["run/history.csv"]), File.ReadAllText(folder["again/history.csv"]));
    }

    [TestMethod]
    [DataRow("--batches 5", "--batches is for samples, and --objective exact draws none")]
    [DataRow("--online", "--online is for samples, and --objective exact draws none")]
    [DataRow("--data data.csv", "--objective exact trains on every prompt of a law")]
    public void A_contradiction_is_one_line(string flags, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], "0,1,2\n");
        var run = CliRun.OfLine(
            $"train --objective exact {flags.Replace("data.csv", folder["data.csv"], StringComparison.Ordinal)} "
            + $"--output {folder["run"]}");
        Assert.AreEqual(2, run.ExitCode, run.Error);
        Assert.Contains(message, run.Error);
        Assert.HasCount(1, run.Error.Trim().Split('\n'));
    }
}
