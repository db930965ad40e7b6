using System.Text.Json.Nodes;

namespace NGram.Tests.Cli.Bounds;

[TestClass]
public sealed class BoundsCommandTests
{
    [TestMethod]
    public void The_file_has_the_columns_and_rows_that_scripts_read()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine(
            "bounds --vocabulary-size 20 --embedding-dimension 4 --head-dimension 4 --heads 50 --projections per-head "
            + $"--output {folder["bounds.csv"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        string[] lines = File.ReadAllLines(folder["bounds.csv"]);
        Assert.AreEqual(
            "Name,Side,Exact,Counts,Value,BitsPerParameter,Holds,Conditions,Source,Title,Statement,Violation", lines[0]);
        Assert.HasCount(23, lines);
        Assert.Contains(",below,true,prompts,204,", lines[3]);
        Assert.StartsWith("yangLabels,above,false,labels,,,unknown,", lines[17]);
        Assert.Contains("\ncorollary2 ", run.Output);
        Assert.Contains(" some model can ", run.Output);
        Assert.Contains(" no model can do better ", run.Output);
    }

    [TestMethod]
    public void The_best_encoder_is_searched_for_where_that_is_asked_for()
    {
        const string line = "bounds --vocabulary-size 10 --alphas 0.9,0.9,0.7 --supports 10,10,10 --embedding-dimension 3 --json";
        JsonNode Optimum(string more) => JsonNode.Parse(CliRun.OfLine(line + more).Output)!.AsArray()
            .Single(bound => (string?)bound!["name"] == "optimalDivergence")!;
        Assert.IsNull(Optimum("")["value"]);
        Assert.AreEqual(0.2016, (double)Optimum(" --optimum")["value"]!, 5e-5);
        Assert.IsFalse((bool)Optimum(" --optimum")["exact"]!);
    }

    [TestMethod]
    public void A_run_folder_brings_its_law_and_its_model()
    {
        using var folder = new TemporaryFolder();
        const string flags = "--vocabulary-size 6 --embedding-dimension 2 --head-dimension 2 --heads 4";
        Assert.AreEqual(0, CliRun.OfLine($"construct {flags} --output {folder["run"]}").ExitCode);
        var saved = CliRun.OfLine($"bounds --model {folder["run"]} --json");
        Assert.AreEqual(0, saved.ExitCode, saved.Error);
        var configured = CliRun.OfLine($"bounds {flags} --projections per-head --precision float64 --json");
        Assert.AreEqual(configured.Output, saved.Output);
        var bound = JsonNode.Parse(saved.Output)!.AsArray().Single(bound => (string?)bound!["name"] == "corollary2")!;
        Assert.AreEqual(10, (int)bound["value"]!);
        Assert.IsTrue((bool)bound["holds"]!);

        var bare = CliRun.OfLine($"bounds --model {folder["run/model.safetensors"]} --json");
        bound = JsonNode.Parse(bare.Output)!.AsArray().Single(bound => (string?)bound!["name"] == "corollary2")!;
        Assert.IsNull(bound["holds"], "without a law nothing is known of the prompts");
        var both = CliRun.OfLine($"bounds --model {folder["run/model.safetensors"]} --distribution {folder["run"]} --json");
        Assert.AreEqual(saved.Output, both.Output);
    }

    [TestMethod]
    [DataRow("bounds --model nowhere", 2, "--model is nowhere; there is no such file or folder")]
    [DataRow("bounds --model nowhere --heads 3", 2, "--heads contradicts --model")]
    [DataRow("bounds --model nowhere --order 3", 2, "--order contradicts --model")]
    [DataRow("bounds --model nowhere --seed 3", 2, "--seed contradicts --model")]
    [DataRow("bounds --heads 0", 2, "--heads is 0; it must be")]
    [DataRow("bounds --output nowhere/bounds.csv", 2, "there is no folder")]
    public void A_wrong_flag_is_one_line(string line, int code, string message)
    {
        var run = CliRun.OfLine(line);
        Assert.AreEqual(code, run.ExitCode, run.Error);
        Assert.Contains(message, run.Error);
        Assert.HasCount(1, run.Error.Trim().Split('\n'));
    }
}
