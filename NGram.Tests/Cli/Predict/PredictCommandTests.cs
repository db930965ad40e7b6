using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Files;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;

namespace NGram.Tests.Cli.Predict;

/// <summary>predict and generate, on one trained model.</summary>
[TestClass]
public sealed class PredictCommandTests
{
    private static readonly TemporaryFolder Folder = new();

    private static string Run => Folder["run"];

    [ClassInitialize]
    public static void Train(TestContext _) =>
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    "train --quick --batches 60 --learning-rate 0.01 --vocabulary-size 9 --order 2 --supports 9,3 "
                    + $"--context-window 4 --no-baseline --quiet --output {Run}"
                )
                .ExitCode);

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    public void Characters_need_no_separator_and_unknown_ones_are_the_unknown_token()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], string.Concat(Enumerable.Repeat("the cat sat. ", 40)) + "xyz");
        Assert.AreEqual(
            0,
            CliRun
                .Of(
                    "train",
                    "--data",
                    folder["text"],
                    "--tokens",
                    "character",
                    "--vocabulary-size",
                    "10",
                    "--context-window",
                    "4",
                    "--quick",
                    "--quiet",
                    "--output",
                    folder["run"])
                .ExitCode);
        var run = CliRun.Of("generate", "--model", folder["run"], "--text", "--length", "5", "at ");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.StartsWith("at ", run.Output);
        using var json = JsonDocument.Parse(CliRun.Of("predict", "--model", folder["run"], "--text", "--json", "t Q").Output);
        Assert.AreEqual(
            "t| |<unk>",
            string.Join('|', json.RootElement[0].GetProperty("context").EnumerateArray().Select(token => token.GetString())));
    }

    [TestMethod]
    public void Probabilities_are_the_scores_of_stock_MLNet()
    {
        var ml = new MLContext();
        var scorer = ml.Model.Load(Path.Combine(Run, "model.zip"), out var _);
        var rows = ml.NGrams.Sample(
            DistributionFile.Load(Path.Combine(Run, "distribution.safetensors")),
            rows: 5,
            seed: 8,
            contextWindow: 4);
        string[] contexts =
            [.. rows.GetColumn<uint[]>("Context").Select(keys => string.Join(',', keys.Select(key => key - 1)))];
        float[][] scores = scorer.Transform(rows).GetColumn<float[]>("Score").ToArray();

        var run = CliRun.Of(["predict", "--model", Run, "--top-k", "9", "--json", .. contexts]);
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        Assert.AreEqual(5, json.RootElement.GetArrayLength());
        foreach (var (row, prediction) in json.RootElement.EnumerateArray().Index())
        {
            Assert.AreEqual(
                contexts[row],
                string.Join(',', prediction.GetProperty("context").EnumerateArray().Select(token => token.GetInt32())));
            var next = prediction.GetProperty("predictions").EnumerateArray().ToList();
            Assert.HasCount(9, next);
            foreach (var token in next)
            {
                Assert.AreEqual(
                    scores[row][token.GetProperty("token").GetInt32()],
                    token.GetProperty("probability").GetDouble(),
                    1e-5);
            }

            Assert.AreSequenceEqual(
                next.Select(token => token.GetProperty("probability").GetDouble()).OrderDescending(),
                next.Select(token => token.GetProperty("probability").GetDouble()));
        }
    }

    [TestMethod]
    public void The_table_has_a_row_for_every_prediction_and_pipes_are_arguments()
    {
        var run = CliRun.OfLine($"predict --model {Run} --top-k 2 1,2,3 4,5");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.HasCount(5, lines);
        Assert.MatchesRegex(@"^context +token +probability", lines[0]);
        Assert.MatchesRegex(@"^1,2,3 +\d +0\.\d{4}", lines[1]);
        Assert.MatchesRegex(@"^4,5 +\d +0\.\d{4}", lines[4]);

        var piped = CliRun.OfPipe("1 2\t3\n\n 4, 5\n", "predict", "--model", Run, "--top-k", "2");
        Assert.AreEqual(run.Output, piped.Output);
        Assert.HasCount(
            4,
            CliRun.OfPipe("1 2\t3\n\n 4, 5\n", "predict", "--model", Run, "--top-k", "2", "--quiet").Output.TrimEnd().Split('\n')
        );
    }

    [TestMethod]
    public void Every_form_of_a_model_predicts_the_same()
    {
        Assert.AreEqual(0, CliRun.OfLine($"export --quiet --model {Run} --onnx {Folder["m.onnx"]}").ExitCode);
        var expected = CliRun.OfLine($"predict --model {Run} 7,0");
        string[] paths = [Path.Combine(Run, "model.zip"), Path.Combine(Run, "model.safetensors"), Folder["m.onnx"]];
        foreach (string path in paths)
            Assert.AreEqual(expected, CliRun.OfLine($"predict --model {path} 7,0"), path);
    }

    [TestMethod]
    public void Tokens_are_the_datas_own()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 3,
            ContextWindow = 3,
            Order = 2,
            Options = new()
            {
                EmbeddingDimension = 4,
                HeadDimension = 4,
                Heads = 1,
            },
        };
        OnnxFile.Save(Folder["text.onnx"], architecture, Initialization.Create(architecture, 1), ["sun", "rain", "snow"]);
        var run = CliRun.OfLine($"predict --model {Folder["text.onnx"]} --json --top-k 3 rain,sun");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        Assert.AreSequenceEqual(
            ["rain", "snow", "sun"],
            json.RootElement[0]
                .GetProperty("predictions")
                .EnumerateArray()
                .Select(next => next.GetProperty("token").GetString()!)
                .Order(StringComparer.Ordinal));
        Assert.MatchesRegex(
            "^rain(,(sun|rain|snow)){3}\n$",
            CliRun.OfLine($"generate --model {Folder["text.onnx"]} --length 3 rain").Output);
    }

    [TestMethod]
    public void At_temperature_0_generation_follows_the_best_prediction()
    {
        var run = CliRun.OfLine($"generate --model {Run} --temperature 0 --length 6 1,2,3");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        List<string> expected = ["1", "2", "3"];
        for (int i = 0; i < 6; i++)
        {
            expected.Add(
                CliRun
                    .OfLine($"predict --model {Run} --top-k 1 --quiet {string.Join(',', expected)}")
                    .Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        Assert.AreEqual(string.Join(',', expected) + "\n", run.Output);
    }

    [TestMethod]
    public void Generation_is_a_function_of_the_seed()
    {
        string Generate(string flags) => CliRun.OfLine($"generate --model {Run} --length 40 --temperature 2 {flags} 1,2").Output;
        Assert.AreEqual(Generate("--seed 5"), Generate("--seed 5"));
        Assert.AreNotEqual(Generate("--seed 5"), Generate("--seed 6"));
        Assert.HasCount(42, Generate("--seed 5").Split(','));
        Assert.AreEqual("1,2," + Generate("--seed 5 --quiet"), Generate("--seed 5"));
        using var json = JsonDocument.Parse(Generate("--seed 5 --json"));
        var generated = json.RootElement[0]
            .GetProperty("generated")
            .EnumerateArray()
            .Select(token => token.GetInt32().ToString(CultureInfo.InvariantCulture));
        Assert.AreEqual(Generate("--seed 5 --quiet"), string.Join(',', generated) + "\n");
    }

    [TestMethod]
    [DataRow("predict --model MODEL 1,9", "the token '9'")]
    [DataRow("predict --model MODEL 1,x", "the token 'x'")]
    [DataRow("predict --model MODEL ,", "has 0 tokens")]
    [DataRow("predict --model MODEL", "there is no context")]
    [DataRow("predict --model MODEL --top-k 0 1,2", "--top-k is 0; it must be at least 1")]
    [DataRow("predict --model MODEL --top-k few 1,2", "--top-k")]
    [DataRow("predict 1,2", "--model is missing")]
    [DataRow("predict --model /nowhere 1,2", "there is no such file or folder")]
    [DataRow("generate --model MODEL --length 0 1,2", "--length is 0; it must be at least 1")]
    [DataRow("generate --model MODEL --temperature -1 1,2", "--temperature")]
    [DataRow("generate --model MODEL --seed x 1,2", "--seed")]
    [DataRow("generate --model MODEL", "there is no context")]
    public void Bad_input_is_one_line(string line, string expected)
    {
        var run = CliRun.OfLine(line.Replace("MODEL", Run, StringComparison.Ordinal));
        Assert.AreEqual((2, ""), (run.ExitCode, run.Output), run.Error);
        Assert.Contains(expected, run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
    }
}
