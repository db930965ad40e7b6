using System.Text.Json.Nodes;

namespace NGram.Tests.Cli.Train;

[TestClass]
public sealed class BaselineCommandTests
{
    private const string Quick = "--batches 20 --epochs 1 --batch-size 64 --quiet --json";

    [TestMethod]
    public void The_exact_baseline_stands_in_summary_and_report()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine(
            "train --vocabulary-size 10 --alphas 0.9,0.9,0.7 --supports 10,10,10 --embedding-dimension 3 --head-dimension 3 "
            + $"--heads 2 --baseline exact --baseline-restarts 3 {Quick} --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        var summary = JsonNode.Parse(run.Output)!;
        Assert.AreEqual(0.2016, (double)summary["optimalDivergence"]!, 5e-5);
        Assert.AreEqual(0.2016, (double)summary["bounds"]!["optimalDivergence"]!, 5e-5);
        Assert.IsNull(summary["boundsHold"]!["optimalDivergence"], "a search proves nothing");
        Assert.AreEqual("exact", (string?)summary["baseline"]);
        Assert.AreEqual(3, (int)summary["baselineRestarts"]!);
        Assert.AreEqual(3, (int)summary["baselineAgreeing"]!);
        Assert.IsInRange(0, 1e-8, (double)summary["baselineSpread"]!);
        foreach (string name in new[] { "contextFree", "lastToken", "addK", "kneserNey" })
            Assert.IsInRange(0, 1, (double)summary["predictors"]![name]!, name);
        Assert.Contains("Best sequence encoder", File.ReadAllText(folder["run/report.html"]));
    }

    [TestMethod]
    [DataRow("--baseline exact", "exact", "Proposition 3")]
    [DataRow("--baseline trained --baseline-batches 2 --baseline-epochs 1", "trained", null)]
    [DataRow("--no-baseline", null, null)]
    public void The_baseline_is_what_was_asked_for(string flags, string? kind, string? certificate)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"train --vocabulary-size 12 {flags} {Quick} --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        var summary = JsonNode.Parse(run.Output)!;
        Assert.AreEqual(kind, (string?)summary["baseline"]);
        Assert.AreEqual(certificate, (string?)summary["baselineCertificate"]);
        Assert.AreEqual(kind is not null, summary["optimalDivergence"] is not null);
        Assert.IsNotNull(summary["predictors"]);
    }

    [TestMethod]
    [DataRow("--baseline best", "--baseline is 'best'; it must be one of exact, trained")]
    [DataRow("--baseline exact --baseline-epochs 2", "--baseline-epochs is for a trained baseline")]
    [DataRow("--baseline-restarts 2", "--baseline-restarts is for --baseline exact")]
    [DataRow("--baseline exact --baseline-restarts 0", "--baseline-restarts is 0; it must be at least 1")]
    [DataRow("--baseline exact --no-baseline", "--baseline contradicts --no-baseline")]
    public void A_wrong_flag_is_one_line(string flags, string message)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"train {flags} --output {folder["run"]}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.HasCount(1, run.Error.Trim().Split('\n'));
    }
}
