using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Files;
using NGram.Data.Sequences;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Evaluation.Batch;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Prediction;
using NGram.Tests.Cli;
using NGram.Tests.ML.Models;
using static NGram.Tests.ML.Evaluation.SavedModels;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class BatchEvaluationTests
{
    private static readonly TableDistribution Law = TableDistribution.Random(3, N, seed: 2);

    [TestMethod]
    public void Metrics_are_those_of_the_evaluator_of_scored_rows()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var sample = ml.NGrams.Sample(Law, rows: 3000, seed: 4, Window);
        Save(folder["m.safetensors"], seed: 3);
        Law.Save(folder["pi.safetensors"]);
        File.WriteAllText(folder["d.csv"], Csv(sample));

        var pair = Assert.ContainsSingle(
            BatchEvaluation.Run(
                [folder["m.safetensors"]],
                [EvaluationData.OfFile(folder["d.csv"])],
                new() { DistributionFile = folder["pi.safetensors"], TopK = 2 }));
        Assert.IsNull(pair.Error);
        using var model = SavedModel.Load(folder["m.safetensors"]).CreateTransformer();
        var expected = ml.NGrams.Evaluate(
            sample,
            model,
            new EvaluationOptions { Distribution = DistributionFile.Load(folder["pi.safetensors"]), TopK = 2 });
        AssertEqual(expected, pair.Metrics!);
        Assert.AreEqual((folder["m.safetensors"], folder["d.csv"]), (pair.Metrics!.Model, pair.Metrics.Data));
        CollectionAssert.AreEqual(
            expected.Bounds.Select(bound => (bound.Name, bound.Value)).ToArray(),
            pair.Metrics.Bounds.Select(bound => (bound.Name, bound.Value)).ToArray());

        var without = BatchEvaluation.Run([folder["m.safetensors"]], [EvaluationData.OfFile(folder["d.csv"])])[0].Metrics!;
        Assert.AreEqual((null, null), (without.Divergence, without.BestAccuracy));
        // Score is float32: an error of 6e-8 of each probability, at most as much in the mean of its logarithm.
        Assert.AreEqual(expected.CrossEntropy, without.CrossEntropy, 1e-7);
    }

    [TestMethod]
    [DataRow(1, DisplayName = "one prompt is kept")]
    [DataRow(7 * N, DisplayName = "seven prompts are kept")]
    [DataRow(1 << 20, DisplayName = "all prompts are kept")]
    public void However_many_prompts_are_kept_the_sums_are_those_of_single_rows(int mostProbabilities)
    {
        using var model = NextTokenModel.Create(SavedModels.Architecture, Parameters(3));
        var random = new Random(5);
        ushort[] tokens = [.. Enumerable.Range(0, 700 * Window).Select(_ => (ushort)random.Next(N))];
        var metrics = new SequenceMetrics(
            new PromptCache(new TorchSharpPredictor(model, N, Window - 1), mostProbabilities),
            Law,
            tokenOfId: null,
            topK: 2);
        // Two blocks, so that prompts of the first return in the second.
        metrics.Add(new TokenMatrix(tokens[..(400 * Window)], Window, N), default);
        metrics.Add(new TokenMatrix(tokens[(400 * Window)..], Window, N), default);

        double loss = 0, best = 0, correct = 0, among = 0;
        double[] pi = new double[N];
        foreach (ushort[] row in tokens.Chunk(Window))
        {
            double[] logits = model.Logits(row.AsSpan(0, Window - 1), Window - 1, Window - 2);
            double[] p = [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
            int rank = p.Count(other => other > p[row[^1]]);
            Law.GetProbabilities(row.AsSpan(0, Window - 1), pi);
            loss -= Math.Log(p[row[^1]]) / 700;
            correct += rank == 0 ? 1.0 / 700 : 0;
            among += rank < 2 ? 1.0 / 700 : 0;
            best += pi.Max() / 700;
        }
        var actual = metrics.ToMetrics(entropy: 0.25, []);
        Assert.AreEqual(700, actual.Rows);
        // The model is in float32.
        Assert.AreEqual(loss, actual.CrossEntropy, 1e-6);
        Assert.AreEqual(loss - 0.25, actual.Divergence!.Value, 1e-6);
        Assert.AreEqual(correct, actual.Accuracy, 1e-9);
        Assert.AreEqual(among, actual.TopKAccuracy, 1e-9);
        Assert.AreEqual(best, actual.BestAccuracy!.Value, 1e-9);
    }

    [TestMethod]
    public void A_sequence_encoder_has_the_baselines_and_no_bound_on_heads()
    {
        using var folder = new TemporaryFolder();
        var architecture = new SequenceEncoderArchitecture
        {
            VocabularySize = N,
            ContextWindow = Window,
            Order = 3,
            Options = new() { EmbeddingDimension = 5 },
        };
        ModelFile.Save(folder["e.safetensors"], architecture, Initialization.Create(architecture, seed: 1));
        Law.Save(folder["pi.safetensors"]);
        var metrics = BatchEvaluation
            .Run([folder["e.safetensors"]], [], new() { Exact = true, DistributionFile = folder["pi.safetensors"] })[0]
            .Metrics!;
        var bounds = metrics.Bounds.ToDictionary(bound => bound.Name, bound => bound.Value);
        CollectionAssert.AreEqual(new[] { "chance", "uniformDivergence", "optimalDivergence" }, bounds.Keys.ToArray());
        Assert.AreEqual(1.0 / N, bounds["chance"]!.Value, 1e-12);
        Assert.AreEqual(
            Math.Log(N) - (metrics.CrossEntropy - metrics.Divergence!.Value),
            bounds["uniformDivergence"]!.Value,
            1e-6);
        Assert.AreEqual(0.0, bounds["optimalDivergence"], "d = N - 1");
    }

    [TestMethod]
    public void Pairs_that_fail_do_not_stop_the_others()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        File.WriteAllText(folder["not.safetensors"], "no model");
        File.WriteAllText(folder["good.csv"], "1,2,3,4\n5,4,3,2\n");
        File.WriteAllText(folder["bad.csv"], "1,2,3,4\n5,4,3,6\n");
        File.WriteAllText(folder["empty.csv"], "");
        string[] models = [folder["m.safetensors"], folder["not.safetensors"]];
        EvaluationData[] data =
        [
            .. ((string[])["good.csv", "bad.csv", "empty.csv", "nowhere.csv"]).Select(name =>
                EvaluationData.OfFile(folder[name])),
        ];

        var pairs = BatchEvaluation.Run(models, data, new() { Exact = true });
        Assert.HasCount(10, pairs);
        CollectionAssert.AreEqual(
            models.SelectMany(model => (string[])[$"{model} exact", .. data.Select(file => $"{model} {file.Name}")]).ToArray(),
            pairs.Select(pair => $"{pair.Model} {pair.Data}").ToArray());
        Assert.AreEqual(pairs[1], Assert.ContainsSingle(pairs.Where(pair => pair.Error is null)));
        Assert.AreEqual(2, pairs[1].Metrics!.Rows);
        StringAssert.Contains(pairs[0].Error!.Message, "needs the law");
        StringAssert.Contains(pairs[2].Error!.Message, "bad.csv, line 2: '6'");
        StringAssert.Contains(pairs[3].Error!.Message, "empty.csv: the data has no rows");
        StringAssert.Contains(pairs[4].Error!.Message, "nowhere.csv");
        foreach (var pair in pairs.Skip(5))
            StringAssert.Contains(pair.Error!.Message, "not.json");
    }

    [TestMethod]
    public void Exact_metrics_are_those_of_ExactEvaluation_and_strangers_are_refused()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        Law.Save(folder["pi.safetensors"]);
        TableDistribution.Random(2, N + 1, seed: 2).Save(folder["larger.safetensors"]);
        TableDistribution.Random(5, N, seed: 2).Save(folder["longer.safetensors"]);
        EvaluatedPair Run(string law) =>
            Assert.ContainsSingle(
                BatchEvaluation.Run([folder["m.safetensors"]], [], new() { Exact = true, DistributionFile = folder[law] }));

        using var model = NextTokenModel.Create(SavedModels.Architecture, Parameters(3));
        var predictions = new ExactPredictions(new TorchSharpPredictor(model, N, Window - 1), Law, promptLimit: 1000);
        AssertEqual(ExactEvaluation.Evaluate(predictions, new()), Run("pi.safetensors").Metrics!);
        Assert.AreEqual("exact", Run("pi.safetensors").Metrics!.Data);
        StringAssert.Contains(Run("larger.safetensors").Error!.Message, "7 tokens and the model 6");
        StringAssert.Contains(Run("longer.safetensors").Error!.Message, "order is 5");
    }

    [TestMethod]
    public void Tokens_of_a_model_with_a_vocabulary_of_its_own_are_matched_by_their_text()
    {
        using var folder = new TemporaryFolder();
        string[] reversed = [.. Enumerable.Range(0, N).Reverse().Select(id => id.ToString(CultureInfo.InvariantCulture))];
        SaveWithTexts(folder["m.onnx"], seed: 3, reversed);
        Law.Save(folder["pi.safetensors"]);
        File.WriteAllText(folder["d.csv"], "0,1,2,3\n5,5,4,0\n");
        File.WriteAllText(folder["reversed.csv"], "5,4,3,2\n0,0,1,5\n");
        Save(folder["m.safetensors"], seed: 3);

        var own = BatchEvaluation
            .Run(
                [folder["m.onnx"]],
                [EvaluationData.OfFile(folder["d.csv"])],
                new() { DistributionFile = folder["pi.safetensors"] }
            )[0]
            .Metrics!;
        var ids = BatchEvaluation.Run([folder["m.safetensors"]], [EvaluationData.OfFile(folder["reversed.csv"])])[0].Metrics!;
        Assert.AreEqual(ids.CrossEntropy, own.CrossEntropy, 1e-6);
        double[] pi = new double[N];
        double Best(params ushort[] prompt)
        {
            Law.GetProbabilities(prompt, pi);
            return pi.Max();
        }
        Assert.AreEqual(
            (Best(0, 1, 2) + Best(5, 5, 4)) / 2,
            own.BestAccuracy!.Value,
            1e-9,
            "the law reads the ids as they are written");
    }

    [TestMethod]
    public void Progress_counts_rows_and_pairs_and_cancellation_keeps_what_is_whole()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        var data = new EvaluationData(
            "d.csv",
            () => new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,2,3,4\n", 70_000)))));
        using var source = new CancellationTokenSource();
        var last = new LastProgress(source, cancelAfter: 1);
        var pairs = BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [data, data, data],
            new()
            {
                Parallelism = 1,
                Progress = last,
                CancellationToken = source.Token,
            });
        Assert.AreEqual(1, pairs.Count(pair => pair.Metrics?.Rows == 70_000));
        Assert.AreEqual(2, pairs.Count(pair => pair.Error is OperationCanceledException));
        Assert.AreEqual((70_000L, 3, 3), (last.Value!.Rows, last.Value.Pairs, last.Value.AllPairs));
    }

    private sealed class LastProgress(CancellationTokenSource source, int cancelAfter) : IProgress<EvaluationProgress>
    {
        public EvaluationProgress? Value { get; private set; }

        public void Report(EvaluationProgress value)
        {
            Value = value;
            if (value.Pairs >= cancelAfter)
                source.Cancel();
        }
    }

    private static void AssertEqual(NextTokenMetrics expected, NextTokenMetrics actual)
    {
        Assert.AreEqual(expected.Rows, actual.Rows);
        Assert.AreEqual(expected.CrossEntropy, actual.CrossEntropy, 1e-6);
        Assert.AreEqual(expected.Divergence!.Value, actual.Divergence!.Value, 1e-6);
        Assert.AreEqual(expected.Accuracy, actual.Accuracy, 1e-9);
        Assert.AreEqual(expected.TopKAccuracy, actual.TopKAccuracy, 1e-9);
        Assert.AreEqual(expected.BestAccuracy!.Value, actual.BestAccuracy!.Value, 1e-9);
    }

    private static string Csv(IDataView sample)
    {
        var contexts = sample.GetColumn<uint[]>("Context");
        var labels = sample.GetColumn<uint>("Label");
        return string.Concat(
            contexts.Zip(labels, (context, label) => string.Join(',', context.Append(label).Select(key => key - 1)) + "\n"));
    }
}
