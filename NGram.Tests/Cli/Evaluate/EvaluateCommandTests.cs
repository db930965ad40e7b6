using System.Globalization;
using System.Text.Json;
using NGram.ML.Interchange.Weights;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.Cli.Evaluate;

[TestClass]
public sealed class EvaluateCommandTests
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
                    "train --quick --batches 20 --vocabulary-size 9 --order 2 --supports 9,3 --no-baseline --quiet --output "
                    + $"{Run}"
                )
                .ExitCode);
        Assert.AreEqual(
            0,
            CliRun.OfLine($"sample --quiet --distribution {Run} --rows 200 --output {Folder["good.csv"]}").ExitCode);
        File.WriteAllText(Folder["bad.csv"], "1,2\n3,99\n");
    }

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    public void Metrics_csv_has_the_columns_of_the_interface()
    {
        var run = CliRun.OfLine(
            $"evaluate --quiet --model {Run} {Path.Combine(Run, "model.zip")} --data {Folder["good.csv"]} --output "
            + $"{Folder["columns"]}"
        );
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        string[] lines = File.ReadAllLines(Path.Combine(Folder["columns"], "metrics.csv"));
        Assert.StartsWith(
            "Model,Data,Rows,CrossEntropy,Perplexity,Divergence,Accuracy,Top5Accuracy,BestAccuracy,"
            + "chance,seedLowerBound,corollary2,previousAsDrawn,previousAsStated,uniformDivergence,optimalDivergence",
            lines[0]);
        Assert.EndsWith(
            ",chanceHolds,seedLowerBoundHolds,corollary2Holds,previousAsDrawnHolds,previousAsStatedHolds,"
            + "uniformDivergenceHolds,optimalDivergenceHolds",
            lines[0]);
        Assert.EndsWith(",True,False,False,False,False,True,True", lines[1], "one shared compression");
        Assert.EndsWith(",True,False,False,False,False,,True", lines[2], "a zip brings no law; d is N - 1 at least");
        Assert.HasCount(3, lines);
        string[] ofRun = lines[1].Split(','), ofZip = lines[2].Split(',');
        Assert.AreEqual((Run, Folder["good.csv"], "200"), (ofRun[0], ofRun[1], ofRun[2]));
        Assert.AreEqual(Number(ofRun[3]), Number(ofZip[3]), 1e-6, "the same weights");
        Assert.AreEqual(Number(ofRun[3]) - Math.Log(3), Number(ofRun[5]), 1e-9, "three equally probable tokens follow each");
        Assert.AreEqual(1.0 / 3, Number(ofRun[8]), 1e-9);
        Assert.AreEqual(("", ""), (ofZip[5], ofZip[8]), "a zip brings no law");
        Assert.Contains("best accuracy", run.Output);
        Assert.Contains("seedLowerBound", run.Output);
        Assert.Contains(" †", run.Output);
        Assert.Contains("† shown beyond the conditions of its statement", run.Output);
    }

    [TestMethod]
    public void An_infinite_perplexity_is_the_same_word_in_CSV_and_JSON()
    {
        string path = Folder["huge.safetensors"];
        var parameters = SavedModels.Parameters(seed: 1);
        foreach (var (_, values) in parameters.Values)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] *= 1e6;
        }
        ModelFile.Save(path, SavedModels.Architecture, parameters);
        File.WriteAllLines(Folder["huge.csv"], SavedModels.RandomRows(100, seed: 1));
        var run = CliRun.OfLine(
            $"evaluate --quiet --json --model {path} --data {Folder["huge.csv"]} --output {Folder["huge"]}");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        string[] lines = File.ReadAllLines(Path.Combine(Folder["huge"], "metrics.csv"));
        Assert.AreEqual("Infinity", lines[1].Split(',')[Array.IndexOf(lines[0].Split(','), "Perplexity")]);
        using var json = JsonDocument.Parse(run.Output);
        Assert.AreEqual("Infinity", json.RootElement[0].GetProperty("perplexity").GetString());
    }

    [TestMethod]
    public void A_pair_that_fails_is_a_line_and_the_others_are_written()
    {
        var run = CliRun.OfLine(
            $"evaluate --model {Run} --data {Folder["bad.csv"]} --data {Folder["good.csv"]} --data {Folder["nowhere.csv"]} "
            + $"--output {Folder["failed"]}"
        );
        Assert.AreEqual(1, run.ExitCode);
        Assert.Contains(
            $"ngram evaluate: {Run} on {Folder["bad.csv"]}: {Folder["bad.csv"]}, line 2: '99' is not a token",
            run.Error);
        Assert.Contains("nowhere.csv", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.Contains("rows/s", run.Error);
        Assert.HasCount(2, File.ReadAllLines(Path.Combine(Folder["failed"], "metrics.csv")));

        run = CliRun.OfLine($"evaluate --quiet --model {Run} --data {Folder["bad.csv"]} --output {Folder["none"]}");
        Assert.AreEqual((1, ""), (run.ExitCode, run.Output));
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
        Assert.IsFalse(Directory.Exists(Folder["none"]), "there is nothing to write");
    }

    [TestMethod]
    public void Pipes_are_files_and_every_model_reads_them()
    {
        string line =
            $"evaluate --quiet --json --model {Run} {Path.Combine(Run, "model.safetensors")} --distribution {Run} --data";
        var file = Metrics(CliRun.OfLine($"{line} {Folder["good.csv"]} --output {Folder["file"]}"));
        var pipe = Metrics(CliRun.OfPipe(File.ReadAllText(Folder["good.csv"]), $"{line} - --output {Folder["pipe"]}".Split(' ')));
        Assert.HasCount(2, pipe);
        Assert.AreEqual("-", pipe[0].GetProperty("data").GetString());
        for (int i = 0; i < 2; i++)
        {
            foreach (
                string name in (string[])
                    ["rows", "crossEntropy", "perplexity", "divergence", "accuracy", "top5Accuracy", "bestAccuracy"])
            {
                Assert.AreEqual(file[i].GetProperty(name).GetDouble(), pipe[i].GetProperty(name).GetDouble(), name);
            }
        }

        Assert.AreEqual(1.0 / 9, pipe[1].GetProperty("bounds").GetProperty("chance").GetDouble(), 1e-12);
        Assert.IsTrue(pipe[1].GetProperty("boundsHold").GetProperty("chance").GetBoolean());
        Assert.IsFalse(pipe[1].GetProperty("boundsHold").GetProperty("corollary2").GetBoolean());
    }

    [TestMethod]
    public void Exact_needs_no_data()
    {
        var metrics = Assert.ContainsSingle(
            Metrics(CliRun.OfLine($"evaluate --quiet --json --exact --top-k 9 --model {Run} --output {Folder["exact"]}")));
        Assert.AreEqual(("exact", 9), (metrics.GetProperty("data").GetString(), metrics.GetProperty("rows").GetInt32()));
        Assert.AreEqual(1, metrics.GetProperty("top9Accuracy").GetDouble(), 1e-12);
        Assert.AreEqual(
            metrics.GetProperty("crossEntropy").GetDouble() - Math.Log(3),
            metrics.GetProperty("divergence").GetDouble(),
            1e-9);

        var without = CliRun.OfLine(
            $"evaluate --quiet --exact --model {Path.Combine(Run, "model.zip")} --output {Folder["no-law"]}");
        Assert.AreEqual(1, without.ExitCode);
        Assert.Contains("needs the law of the tokens", without.Error);
    }

    [TestMethod]
    public void Windows_and_headers_are_decided()
    {
        File.WriteAllText(Folder["long.csv"], "1,2,3,4\n5,6,7,8\n");
        int Rows(string flags, string name) =>
            Metrics(
                CliRun.OfLine(
                    $"evaluate --quiet --json --model {Run} --data {Folder["long.csv"]} {flags} --output {Folder[name]}")
            )[0]
                .GetProperty("rows")
                .GetInt32();
        Assert.AreEqual(2, Rows("--header no", "w1"));
        Assert.AreEqual(1, Rows("--header yes", "w2"));
        Assert.AreEqual(6, Rows("--windows", "w3"));
    }

    [TestMethod]
    public void Text_is_matched_with_the_tokens_of_a_corpus()
    {
        File.WriteAllText(
            Folder["book.txt"],
            string.Concat(Enumerable.Repeat("the cat sat on the mat and the dog sat on the cat\n", 20)));
        File.WriteAllText(Folder["words.csv"], "on,the,cat\nsat,on,the\n");
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
        string line = $"evaluate --quiet --json --model {Folder["book"]} --data {Folder["words.csv"]}";
        Assert.AreEqual(
            2,
            Metrics(CliRun.OfLine($"{line} --text --header no --output {Folder["t1"]}"))[0].GetProperty("rows").GetInt32());
        Assert.AreEqual(1, CliRun.OfLine($"{line} --header no --output {Folder["t2"]}").ExitCode, "words are not ids");
        var ids = CliRun.OfLine($"evaluate --quiet --text --model {Run} --data {Folder["good.csv"]} --output {Folder["t3"]}");
        Assert.AreEqual(1, ids.ExitCode);
        Assert.Contains("what text its tokens stand for", ids.Error);
    }

    [TestMethod]
    [DataRow("--data good.csv", "--model is missing")]
    [DataRow("--model m", "--data is missing")]
    [DataRow("--model m --data d --top-k 0", "--top-k is 0; it must be at least 1")]
    [DataRow("--model m --data d --top-k few", "--top-k is 'few'")]
    [DataRow("--model m --data d --header maybe", "it must be one of auto, yes, no")]
    [DataRow("--model m --data d --distribution /nowhere/pi.safetensors", "there is no file")]
    [DataRow("--model m --data d --output RUN", "it must be new or empty")]
    [DataRow("--model m --data", "--data")]
    [DataRow("--model m --dta d", "--dta is not a flag of this command")]
    public void Bad_input_is_one_line(string flags, string expected)
    {
        var run = CliRun.OfLine($"evaluate {flags.Replace("RUN", Run, StringComparison.Ordinal)}");
        Assert.AreEqual((2, ""), (run.ExitCode, run.Output), run.Error);
        Assert.Contains(expected, run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
    }

    [TestMethod]
    public void A_model_that_is_none_is_a_line()
    {
        File.WriteAllText(Folder["m.zip"], "no zip");
        var run = CliRun.OfLine(
            $"evaluate --quiet --model {Folder["m.zip"]} {Folder["nowhere"]} --data {Folder["good.csv"]} --output "
            + $"{Folder["no-model"]}"
        );
        Assert.AreEqual((1, ""), (run.ExitCode, run.Output));
        Assert.HasCount(3, run.Error.Split('\n'), run.Error);
        Assert.Contains("m.zip", run.Error);
        Assert.DoesNotContain("bug", run.Error);
    }

    private static JsonElement[] Metrics(CliRun run)
    {
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        return [.. json.RootElement.EnumerateArray().Select(element => element.Clone())];
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
