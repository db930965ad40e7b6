using System.Text.Json.Nodes;

namespace NGram.Tests.Cli.Construct;

[TestClass]
[TestCategory("Slow")]
public sealed class ConstructCommandTests
{
    [TestMethod]
    public void A_run_folder_holds_all_prompts_and_every_command_reads_it()
    {
        using var folder = new TemporaryFolder();
        string line = "construct --vocabulary-size 10 --embedding-dimension 2 --head-dimension 2 --heads 49 --seed 3";
        var run = CliRun.OfLine($"{line} --json --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        var summary = JsonNode.Parse(run.Output)!;
        Assert.AreEqual("construct", (string?)summary["method"]);
        Assert.AreEqual(100, (int?)summary["rank"]);
        Assert.AreEqual(100, (int?)summary["facts"]);
        Assert.AreEqual("theorem", (string?)summary["construction"]);
        Assert.IsInRange(10, 100, (int)summary["float32Facts"]!);
        Assert.IsGreaterThan(1, (double)summary["smallestMargin"]!);
        Assert.IsGreaterThan(1, (double)summary["conditionNumber"]!);
        Assert.AreEqual(run.Output.Trim(), File.ReadAllText(folder["run/summary.json"]).Trim());

        // The stock model in double, as the weights are.
        var evaluated = CliRun.OfLine(
            $"evaluate --exact --model {folder["run/model.zip"]} --distribution {folder["run"]} --json --quiet "
            + $"--output {folder["metrics"]}");
        Assert.AreEqual(0, evaluated.ExitCode, evaluated.Error);
        Assert.AreEqual(1, (double)JsonNode.Parse(evaluated.Output)![0]!["accuracy"]!, 1e-9);
    }

    [TestMethod]
    [DataRow("--seed 3", "Run folder: ", "")]
    [DataRow("--json", "", "Run folder: ")]
    [DataRow("--quiet", "", "")]
    [DataRow("--quiet --json", "", "")]
    public void Where_the_run_folder_is_is_not_said_if_it_is_to_be_quiet(string flags, string output, string error)
    {
        using var folder = new TemporaryFolder();
        const string model = "--vocabulary-size 4 --embedding-dimension 2 --head-dimension 2 --heads 7";
        var run = CliRun.OfLine($"construct {model} --output {folder["run"]} {flags}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual(output, run.Output.Contains("Run folder: ", StringComparison.Ordinal) ? "Run folder: " : "");
        Assert.AreEqual(error, run.Error.Contains("Run folder: ", StringComparison.Ordinal) ? "Run folder: " : run.Error);
        Assert.Contains("facts", run.Output);
        Assert.IsTrue(File.Exists(folder["run/summary.json"]));
    }

    [TestMethod]
    [DataRow("--method n-gram --vocabulary-size 6 --alphas 1,1,0.5 --supports 6,6,6", "n-gram")]
    [DataRow(
        "--method fact-mlp --vocabulary-size 6 --embedding-dimension 5 --head-dimension 5 --heads 2 --mlp-width 60", "fact-mlp")]
    public void Every_method_writes_a_run_that_can_be_trained_on(string flags, string method)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"construct {flags} --json --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        var summary = JsonNode.Parse(run.Output)!;
        Assert.AreEqual(method, (string?)summary["construction"]);
        Assert.AreEqual(36, (int?)summary["facts"]);
        Assert.AreEqual(36, (int?)summary["float32Facts"]);
        Assert.AreEqual(0, (double)summary["exactDivergence"]!, 1e-7);

        var evaluated = CliRun.OfLine(
            $"evaluate --exact --model {folder["run/model.zip"]} --distribution {folder["run"]} --json --quiet "
            + $"--output {folder["metrics"]}");
        Assert.AreEqual(0, (double)JsonNode.Parse(evaluated.Output)![0]!["divergence"]!, 1e-6, evaluated.Error);
    }

    [TestMethod]
    [DataRow("--layers 2", "--layers is 2; it must be 1")]
    [DataRow("--mlp-width 3", "--mlp-width is 3; it must be 0")]
    [DataRow("--embedding-dimension 1", "--embedding-dimension is 1; it must be at least 2")]
    [DataRow("--projections shared", "--projections is shared; it must be per-head, or the head dimension")]
    [DataRow("--method n-gram --heads 3", "--heads follows from the law with --method n-gram")]
    [DataRow("--method n-gram --order 1", "--order is 1; it must be at least 2")]
    [DataRow("--method fact-mlp --head-dimension 10", "--mlp-width is 0; it must be at least 4")]
    public void What_cannot_be_built_leaves_nothing(string flags, string expected)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"construct {flags} --output {folder["run"]}");
        Assert.AreNotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.HasCount(1, run.Error.Trim().Split('\n'));
        Assert.IsFalse(Directory.Exists(folder["run"]));
    }
}
