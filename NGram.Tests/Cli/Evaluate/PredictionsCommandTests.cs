using System.Text.Json;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.Cli.Evaluate;

[TestClass]
public sealed class PredictionsCommandTests
{
    private static readonly TemporaryFolder Folder = new();

    private static string Run => Folder["run"];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    "train --quick --batches 20 --vocabulary-size 9 --order 3 --supports 9,9,3 --no-baseline --quiet --output "
                    + $"{Run}"
                )
                .ExitCode);
        Assert.AreEqual(
            0,
            CliRun.OfLine($"sample --quiet --distribution {Run} --rows 200 --output {Folder["good.csv"]}").ExitCode);
        File.WriteAllText(Folder["bad.csv"], "1,2,3\n3,4,99\n");
    }

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    [DataRow("one", "one", DisplayName = "one folder for both")]
    [DataRow("outer", "outer/predictions", DisplayName = "predictions within the output")]
    [DataRow("inner/metrics", "inner", DisplayName = "output within the predictions")]
    public void Every_pair_that_is_whole_has_a_file_that_the_metrics_name(string output, string predictions)
    {
        var run = CliRun.OfLine(
            $"evaluate --exact --top-k 2 --model {Run} {Path.Combine(Run, "model.zip")} --data {Folder["good.csv"]} "
            + $"{Folder["bad.csv"]} --predictions {Folder[predictions]} --output {Folder[output]}"
        );
        Assert.AreEqual(1, run.ExitCode, run.Error);
        string[] expected = ["run.exact.csv", "run.good.csv", "model.good.csv"];
        var metrics = CsvRow.Read(Path.Combine(Folder[output], "metrics.csv"));
        CollectionAssert.AreEqual(expected, metrics.Select(row => row["Predictions"]).ToArray());
        CollectionAssert.AreEquivalent(
            expected,
            Directory.GetFiles(Folder[predictions]).Select(Path.GetFileName).Where(name => name != "metrics.csv").ToArray());
        foreach (string name in expected)
            Assert.Contains(Path.Combine(Folder[predictions], name), run.Error);

        Assert.HasCount(81, CsvRow.Read(Path.Combine(Folder[predictions], expected[0])));
        var rows = CsvRow.Read(Path.Combine(Folder[predictions], expected[1]));
        CollectionAssert.AreEqual(
            File.ReadLines(Folder["good.csv"]).Skip(1).ToArray(),
            rows.Select(row => $"{row["Context"].Replace(' ', ',')},{row["Label"]}").ToArray());
        Assert.AreEqual(metrics[1].Number("Accuracy"), rows.Average(row => row["Correct"] == "True" ? 1.0 : 0), 1e-12);
        Assert.AreEqual("Top2Probability", rows[0].Cells.Keys.Last());
        Assert.AreEqual(("", ""), (metrics[1]["MemorisedPrompts"], metrics[1]["MemorisedProbability"]), "a sample does not tell");
    }

    [TestMethod]
    public void Memorised_prompts_are_shown_and_counted()
    {
        var run = CliRun.OfLine(
            $"evaluate --quiet --json --exact --model {Run} --predictions {Folder["m1"]} --output {Folder["m2"]}");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var metrics = json.RootElement[0];
        var rows = CsvRow.Read(Path.Combine(Folder["m1"], metrics.GetProperty("predictions").GetString()!));
        Assert.AreEqual(rows.Count(row => row["Memorised"] == "True"), metrics.GetProperty("memorisedPrompts").GetInt32());
        Assert.AreEqual(
            metrics.GetProperty("memorisedPrompts").GetInt32() / 81.0,
            metrics.GetProperty("memorisedProbability").GetDouble(),
            1e-9,
            "all prompts are equally probable");
        Assert.Contains("memorised", CliRun.OfLine($"evaluate --quiet --exact --model {Run} --output {Folder["m3"]}").Output);
    }

    [TestMethod]
    public void Prompts_of_a_text_are_words()
    {
        File.WriteAllText(Folder["book.txt"], string.Concat(Enumerable.Repeat("the cat sat, on the mat, and the dog sat\n", 20)));
        Assert.AreEqual(
            0,
            CliRun.OfLine($"corpus {Folder["book.txt"]} --order 3 --quiet --output {Folder["book.safetensors"]}").ExitCode);
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    $"train --quick --batches 20 --distribution {Folder["book.safetensors"]} --no-baseline --quiet --output "
                    + $"{Folder["book"]}"
                )
                .ExitCode);
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    $"evaluate --quiet --exact --model {Folder["book"]} --predictions {Folder["words"]} --output "
                    + $"{Folder["words"]}"
                )
                .ExitCode);
        var rows = CsvRow.Read(Path.Combine(Folder["words"], "book.exact.csv"));
        Assert.Contains("the cat", rows.Select(row => row["Context"]).ToArray());
        Assert.Contains("sat ,", rows.Select(row => row["Context"]).ToArray(), "a comma is quoted");
        Assert.AreEqual("sat", rows.Single(row => row["Context"] == "the dog")["Best"]);
    }

    [TestMethod]
    public void Too_many_prompts_are_refused_with_their_number_and_what_raises_the_limit()
    {
        var run = CliRun.OfLine(
            $"evaluate --quiet --exact --prompt-limit 80 --model {Run} --predictions {Folder["many"]} --output {Folder["many"]}");
        Assert.AreEqual((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("--prompt-limit is 80; it must be at least 81, the number of prompts of 2 tokens", run.Error);
        Assert.Contains("on a sample", run.Error);
        Assert.IsFalse(Directory.Exists(Folder["many"]), "nothing came into it");
    }

    [TestMethod]
    [DataRow("--predictions RUN", "--predictions is", "it must be new or empty")]
    [DataRow("--predictions DATA", "--predictions is", "it must be a folder, and this is a file")]
    [DataRow("--predictions DATA/sub", "--predictions is", "is a file, and no folder can be made in it")]
    [DataRow("--prompt-limit 0", "--prompt-limit is 0", "at least 1")]
    [DataRow("--prompt-limit many", "--prompt-limit is 'many'", "a number")]
    public void Bad_input_is_one_line(string flags, string expected, string range)
    {
        var run = CliRun.OfLine(
            $"evaluate --model {Run} --data {Folder["good.csv"]} "
            + flags.Replace("RUN", Run, StringComparison.Ordinal).Replace("DATA", Folder["good.csv"], StringComparison.Ordinal)
        );
        Assert.AreEqual((2, ""), (run.ExitCode, run.Output), run.Error);
        Assert.Contains(expected, run.Error);
        Assert.Contains(range, run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
    }
}
