using System.Globalization;
using System.Text;
using NGram.Data.Files;
using NGram.Data.Sequences;
using NGram.ML.Evaluation;
using NGram.ML.Evaluation.Batch;
using NGram.ML.Evaluation.Csv;
using NGram.ML.Models;
using NGram.ML.Prediction;
using NGram.Tests.Cli;
using NGram.Tests.ML.Models;
using static NGram.Tests.ML.Evaluation.SavedModels;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class PredictionsTests
{
    private const int TopK = 3;

    [TestMethod]
    [DataRow(1, 1 << 20, DisplayName = "one prompt is kept")]
    [DataRow(1 << 20, 500, DisplayName = "the text of a few prompts is kept")]
    [DataRow(1 << 20, 1 << 20, DisplayName = "all prompts are kept")]
    public void Rows_are_those_of_brute_force(int mostProbabilities, int mostBytes)
    {
        using var folder = new TemporaryFolder();
        using var model = NextTokenModel.Create(SavedModels.Architecture, Parameters(3));
        // More than one buffer of text.
        ushort[][] sequences = [.. RandomRows(1500, seed: 5).Select(row => row.Split(',').Select(ushort.Parse).ToArray())];
        using (var file = File.Create(folder["p.csv"]))
        {
            var output = new RowPredictions(file, SavedModels.Architecture, texts: null, TopK, mostBytes);
            var predictor = new TorchSharpPredictor(model, N, Window - 1);
            var metrics = new SequenceMetrics(
                new PromptCache(predictor, mostProbabilities),
                distribution: null,
                tokenOfId: null,
                TopK,
                output);
            foreach (ushort[][] block in sequences.Chunk(900))
                metrics.Add(new TokenMatrix([.. block.SelectMany(tokens => tokens)], Window, N), default);
            output.Flush();
        }

        var rows = CsvRow.Read(folder["p.csv"]);
        Assert.HasCount(sequences.Length, rows);
        CollectionAssert.AreEqual(
            ("Row,Context,Label,LabelProbability,Correct,Token,Probability,"
                + "Top1,Top1Probability,Top2,Top2Probability,Top3,Top3Probability").Split(','),
            rows[0].Cells.Keys.ToArray());
        for (int i = 0; i < rows.Count; i++)
        {
            double[] logits = model.Logits(sequences[i].AsSpan(0, Window - 1), Window - 1, Window - 2);
            double[] p = [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
            int[] order = [.. Enumerable.Range(0, N).OrderByDescending(token => p[token])];
            int label = sequences[i][^1];
            Assert.AreEqual(i + 1, rows[i].Number("Row"));
            Assert.AreEqual(string.Join(' ', sequences[i][..^1]), rows[i]["Context"]);
            Assert.AreEqual(label, rows[i].Number("Label"));
            // The logits are in float32.
            Assert.AreEqual(p[label], rows[i].Number("LabelProbability"), 1e-6);
            Assert.AreEqual(label == order[0] ? "True" : "False", rows[i]["Correct"]);
            Assert.AreEqual(order[0], rows[i].Number("Token"));
            Assert.AreEqual(p[order[0]], rows[i].Number("Probability"), 1e-6);
            for (int rank = 0; rank < TopK; rank++)
            {
                Assert.AreEqual(order[rank], rows[i].Number($"Top{rank + 1}"));
                Assert.AreEqual(p[order[rank]], rows[i].Number($"Top{rank + 1}Probability"), 1e-6);
            }
        }
    }

    [TestMethod]
    public void Texts_of_any_kind_are_read_back()
    {
        using var folder = new TemporaryFolder();
        string[] texts = ["a,b", "say \"no\"", "two\nlines", " space", "größer", "plain"];
        SaveWithTexts(folder["m.onnx"], seed: 3, texts);
        Save(folder["ids.safetensors"], seed: 3);
        string[] sequences = RandomRows(50, seed: 1);
        File.WriteAllLines(folder["ids.csv"], sequences);
        static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        File.WriteAllLines(
            folder["texts.csv"],
            sequences.Select(row =>
                string.Join(',', row.Split(',').Select(id => Quote(texts[int.Parse(id, CultureInfo.InvariantCulture)])))));

        var options = new BatchEvaluationOptions { TopK = 2, Header = false };
        var pair = BatchEvaluation.Run(
            [folder["m.onnx"]],
            [EvaluationData.OfFile(folder["texts.csv"])],
            options with
            {
                PredictionsDirectory = folder["p"],
            }
        )[0];
        Assert.IsNull(pair.Error, pair.Error?.Message);
        Assert.AreEqual("m.texts.csv", pair.Metrics!.Predictions);
        BatchEvaluation.Run(
            [folder["ids.safetensors"]],
            [EvaluationData.OfFile(folder["ids.csv"])],
            options with
            {
                PredictionsDirectory = folder["q"],
            });
        List<CsvRow> own = CsvRow.Read(Path.Combine(folder["p"], "m.texts.csv")),
            ids = CsvRow.Read(Path.Combine(folder["q"], "ids.ids.csv"));
        Assert.HasCount(50, own);
        for (int i = 0; i < own.Count; i++)
        {
            foreach (string column in (string[])["Context", "Label", "Token", "Top1", "Top2"])
            {
                Assert.AreEqual(
                    string.Join(' ', ids[i][column].Split(' ').Select(id => texts[int.Parse(id, CultureInfo.InvariantCulture)])),
                    own[i][column],
                    column);
            }

            Assert.AreEqual(ids[i]["Correct"], own[i]["Correct"]);
        }
    }

    [TestMethod]
    public void Equal_names_are_told_apart_and_a_pair_that_fails_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, seed) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 2)])
        {
            Directory.CreateDirectory(folder[name]);
            Save(folder[$"{name}/m.safetensors"], seed);
            File.WriteAllLines(folder[$"{name}/d.csv"], RandomRows(10 * seed, seed));
        }
        // Enough rows that some are written before the bad one.
        File.WriteAllLines(folder["bad.csv"], [.. RandomRows(70_000, seed: 1), "0,0,0,6"]);
        File.WriteAllText(folder["not.safetensors"], "no model");
        string[] models =
        [
            folder["a/m.safetensors"],
            folder["b/m.safetensors"],
            folder["not.safetensors"],
            folder["b/m.safetensors"],
        ];
        EvaluationData[] data =
        [
            .. ((string[])["a/d.csv", "bad.csv", "b/d.csv"]).Select(name => EvaluationData.OfFile(folder[name])),
        ];

        var pairs = BatchEvaluation.Run(models, data, new() { PredictionsDirectory = folder["p"] });
        string[] expected = ["a-m.a-d.csv", "a-m.b-d.csv", "b-m.a-d.csv", "b-m.b-d.csv", "b-m.a-d-2.csv", "b-m.b-d-2.csv"];
        CollectionAssert.AreEqual(
            expected,
            pairs.Where(pair => pair.Metrics is not null).Select(pair => pair.Metrics!.Predictions).ToArray());
        CollectionAssert.AreEquivalent(expected, Directory.GetFiles(folder["p"]).Select(Path.GetFileName).ToArray());
        foreach (var pair in pairs.Where(pair => pair.Metrics is not null))
        {
            var rows = CsvRow.Read(Path.Combine(folder["p"], pair.Metrics!.Predictions!));
            Assert.AreEqual(pair.Metrics.Rows, rows.Count);
            Assert.AreEqual(pair.Metrics.Accuracy, rows.Average(row => row["Correct"] == "True" ? 1.0 : 0), 1e-12);
            Assert.AreEqual(pair.Metrics.CrossEntropy, -rows.Average(row => Math.Log(row.Number("LabelProbability"))), 1e-6);
        }
        Assert.Throws<IOException>(() => BatchEvaluation.Run(models, data, new() { PredictionsDirectory = folder["p"] }));
    }

    [TestMethod]
    public void Prompts_of_an_exact_evaluation_are_those_of_its_table_and_sum_to_the_metrics()
    {
        using var folder = new TemporaryFolder();
        var law = TableDistribution.Random(3, N, seed: 2);
        Save(folder["m.safetensors"], seed: 3);
        law.Save(folder["pi.safetensors"]);
        var metrics = BatchEvaluation
            .Run(
                [folder["m.safetensors"]],
                [],
                new()
                {
                    Exact = true,
                    DistributionFile = folder["pi.safetensors"],
                    PredictionsDirectory = folder["p"],
                    TopK = 99,
                }
            )[0]
            .Metrics!;
        var inDouble = SavedModels.Architecture with
        {
            Options = SavedModels.Architecture.Options with { Precision = ModelPrecision.Float64 },
        };
        using var model = NextTokenModel.Create(inDouble, Parameters(3));
        var table = ExactEvaluation.Contexts(new ExactPredictions(
            new TorchSharpPredictor(model, N, Window - 1),
            DistributionFile.Load(folder["pi.safetensors"]),
            promptLimit: 1000));

        var rows = CsvRow.Read(Path.Combine(folder["p"], metrics.Predictions!));
        Assert.AreEqual("m.exact.csv", metrics.Predictions);
        Assert.HasCount(N * N * N, rows);
        CollectionAssert.AreEqual(
            table.Columns.Select(column => column.Name).ToArray(),
            rows[0].Cells.Keys.Take(table.Columns.Count).ToArray());
        for (int i = 0; i < rows.Count; i++)
        {
            foreach (var column in table.Columns)
            {
                if (column[i] is double number)
                    Assert.AreEqual(number, rows[i].Number(column.Name), 1e-6, column.Name); // float32 against float64
                else
                    Assert.AreEqual(Convert.ToString(column[i], CultureInfo.InvariantCulture), rows[i][column.Name], column.Name);
            }
            Assert.AreEqual(rows[i]["Prediction"], rows[i]["Top1"]);
            Assert.AreEqual(1, Enumerable.Range(1, N).Sum(rank => rows[i].Number($"Top{rank}Probability")), 1e-9, "all tokens");
        }
        double Mean(Func<CsvRow, double> value) => rows.Sum(row => row.Number("Probability") * value(row));
        Assert.AreEqual(1, Mean(_ => 1), 1e-12);
        Assert.AreEqual(metrics.Divergence!.Value, Mean(row => row.Number("Divergence")), 1e-12);
        Assert.AreEqual(metrics.Accuracy, Mean(row => row.Number("PredictionProbability")), 1e-12);
        Assert.AreEqual(metrics.BestAccuracy!.Value, Mean(row => row.Number("BestProbability")), 1e-12);
        Assert.AreEqual(metrics.MemorisedPrompts, rows.Count(row => row["Memorised"] == "True"));
        Assert.AreEqual(metrics.MemorisedProbability!.Value, Mean(row => row["Memorised"] == "True" ? 1 : 0), 1e-12);
        Assert.IsTrue(metrics.MemorisedPrompts is > 0 and < N * N * N, "or the test shows nothing");
    }

    [TestMethod]
    public void A_cancelled_run_leaves_whole_files_alone()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        string text = string.Concat(RandomRows(140_000, seed: 1).Select(row => row + "\n"));
        var data = new EvaluationData("d.csv", () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
        using var source = new CancellationTokenSource();
        // After one pair, one block of the next.
        var progress = new Reaction<EvaluationProgress>(value =>
        {
            if (value.Rows > 140_000)
                source.Cancel();
        });
        var pairs = BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [data, data, data],
            new()
            {
                Parallelism = 1,
                Progress = progress,
                PredictionsDirectory = folder["p"],
                CancellationToken = source.Token,
            });
        var whole = Assert.ContainsSingle(pairs.Where(pair => pair.Metrics is not null));
        Assert.AreEqual(
            whole.Metrics!.Predictions,
            Path.GetFileName(Assert.ContainsSingle(Directory.GetFileSystemEntries(folder["p"]))));

        BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [data],
            new() { PredictionsDirectory = folder["q"], CancellationToken = source.Token });
        Assert.IsFalse(Directory.Exists(folder["q"]), "nothing came into it");
    }

    [TestMethod]
    [DataRow("runs/first runs/second", "first second")]
    [DataRow("runs/first/ runs/first/model.zip", "first model")]
    [DataRow("a/july.csv a/july.parquet", "july-csv july-parquet")]
    [DataRow("a/july.csv b/july.csv b/july.parquet", "a-july b-july-csv july-parquet")]
    [DataRow("x/a/m.zip y/a/m.zip x/a/m.zip", "x-a-m y-a-m x-a-m")]
    [DataRow("- exact", "stdin exact")]
    [DataRow("a/x.csv a/X.csv", "x X")]
    [DataRow("d/:*?", "unnamed")]
    [DataRow("d/0123456789012345678901234567890123456789.csv", "89012345678901234567890123456789")]
    public void Names_are_as_short_as_they_differ(string paths, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', ResultNames.Of(paths.Split(' '))));

    [TestMethod]
    public void Numbers_tell_equal_names_apart_on_every_file_system() =>
        CollectionAssert.AreEqual(new[] { "a", "A-2", "a-2-2", "a-3" }, ResultNames.Numbered(["a", "A", "a-2", "a"]));

    private sealed class Reaction<T>(Action<T> react) : IProgress<T>
    {
        public void Report(T value) => react(value);
    }
}
