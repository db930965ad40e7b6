using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Estimators;

/// <summary>The work-out that every estimator passes with every engine.</summary>
[TestClass]
public sealed class EstimatorContractTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 8, Order = 3 }.CreateDistribution(1);
    private static readonly TrainingOptions Short = new() { BatchSize = 100, Epochs = 3, LearningRate = 0.02, Seed = 5 };
    private static readonly NextTokenOptions WithLaw = new() { Distribution = Law };

    private static IDataView Data => Ml.NGrams.Sample(Law, rows: 1050, seed: 3);

    private static NextTokenEstimator Create(string kind, TrainingOptions training, NextTokenOptions? fit = null) =>
        kind == "Transformer"
            ? Ml.NGrams.Transformer(
                new TransformerOptions
                {
                    EmbeddingDimension = 6,
                    HeadDimension = 4,
                    Heads = 3,
                },
                training,
                fit)
            : Ml.NGrams.SequenceEncoder(new SequenceEncoderOptions { EmbeddingDimension = 6 }, training, fit);

    [TestMethod]
    [DataRow("Transformer", TrainingEngine.TorchSharp)]
    [DataRow("Transformer", TrainingEngine.Fused)]
    [DataRow("SequenceEncoder", TrainingEngine.TorchSharp)]
    [DataRow("SequenceEncoder", TrainingEngine.Fused)]
    public void The_same_seed_gives_the_same_bits_and_a_fit_forgets_the_one_before(string kind, TrainingEngine engine)
    {
        var estimator = Create(kind, Short with { Engine = engine }, WithLaw);
        using var first = estimator.Fit(Data);
        using var second = estimator.Fit(Data);
        using var other = Create(kind, Short with { Engine = engine, Seed = 6 }, WithLaw).Fit(Data);

        Assert.AreEqual(engine, first.Engine);
        Assert.AreEqual(33, first.History.Steps, "the last batch of an epoch has 50 rows");
        CollectionAssert.AreEqual(first.History.Losses.ToArray(), second.History.Losses.ToArray());
        CollectionAssert.AreNotEqual(first.History.Losses.ToArray(), other.History.Losses.ToArray());
        foreach (var (name, parameter) in first.Parameters)
            CollectionAssert.AreEqual(parameter.Values, second.Parameters[name].Values, name);
    }

    [TestMethod]
    [DataRow("Transformer")]
    [DataRow("SequenceEncoder")]
    public void Both_engines_learn_the_same_curve(string kind)
    {
        using var fused = Create(kind, Short with { Engine = TrainingEngine.Fused }, WithLaw).Fit(Data);
        using var torch = Create(kind, Short with { Engine = TrainingEngine.TorchSharp }, WithLaw)
            .Fit(Data);
        for (int step = 0; step < fused.History.Steps; step++)
            // float32 rounding, amplified by Adam's division through small gradients over 33 steps
            Assert.AreEqual(torch.History.Losses[step], fused.History.Losses[step], 2e-3, $"step {step}");
        Assert.IsInRange(0, torch.History.Losses[0], torch.History.Losses[^1], "it learns");
    }

    [TestMethod]
    [DataRow("Transformer")]
    [DataRow("SequenceEncoder")]
    public void Without_a_law_the_history_has_the_cross_entropy_and_the_full_objective_is_an_error(string kind)
    {
        using var model = Create(kind, Short).Fit(Data);
        Assert.AreEqual("CrossEntropy", model.History.LossName);
        Assert.AreEqual(Math.Log(8), model.History.Losses[0], 0.3, "untrained, near the uniform predictor");

        var error = Assert.ThrowsExactly<OptionException>(() =>
            Create(kind, Short with { Objective = TrainingObjective.FullDistribution }).Fit(Data));
        StringAssert.Contains(error.Message, "without a Distribution");
    }

    [TestMethod]
    [DataRow("Transformer", TrainingEngine.TorchSharp)]
    [DataRow("SequenceEncoder", TrainingEngine.Fused)]
    public void The_full_distribution_objective_trains(string kind, TrainingEngine engine)
    {
        using var model = Create(
                kind,
                Short with
                {
                    Engine = engine,
                    Objective = TrainingObjective.FullDistribution,
                },
                WithLaw)
            .Fit(Data);
        Assert.AreEqual("Divergence", model.History.LossName);
        Assert.IsInRange(0, model.History.Losses[0] - 0.1, model.History.Losses[^1]);
    }

    [TestMethod]
    [DataRow("Transformer")]
    [DataRow("SequenceEncoder")]
    public void Any_view_with_the_columns_trains_as_ours_does(string kind)
    {
        // A cache hides our view, so that the rows are read through a cursor.
        using var ours = Create(kind, Short, WithLaw).Fit(Data);
        using var read = Create(kind, Short, WithLaw).Fit(Ml.Data.Cache(Data));
        CollectionAssert.AreEqual(ours.History.Losses.ToArray(), read.History.Losses.ToArray());
    }

    [TestMethod]
    [DataRow("Transformer")]
    [DataRow("SequenceEncoder")]
    public void A_cancelled_fit_keeps_what_was_trained(string kind)
    {
        using var source = new CancellationTokenSource();
        var endless = Short with { Epochs = 1_000_000 };
        using var model = Create(
                kind,
                endless,
                new NextTokenOptions { CancellationToken = source.Token, Progress = new CancelOnReport(source) })
            .Fit(Data);
        Assert.AreEqual(StopReason.Cancelled, model.History.StopReason);
        Assert.IsGreaterThan(0, model.History.Steps);
        Assert.AreEqual(8, model.Transform(Data).GetColumn<float[]>("Score").First().Length, "it predicts");
    }

    [TestMethod]
    public void Online_training_sees_fresh_rows_every_epoch_and_the_sample_in_the_first()
    {
        using var online = Create("Transformer", Short with { Online = true }, WithLaw).Fit(Data);
        Assert.AreEqual(33, online.History.Steps);
        var error = Assert.ThrowsExactly<OptionException>(() =>
            Create("Transformer", Short with { Online = true }).Fit(Ml.Data.Cache(Data)));
        StringAssert.Contains(error.Message, "Online");
    }

    [TestMethod]
    public void A_model_beyond_the_memory_is_refused_before_any_is_taken()
    {
        var options = new TransformerOptions { Heads = 65536, HeadDimension = 65536 };
        var error = Assert.ThrowsExactly<OptionException>(() => Ml.NGrams.Transformer(options, Short).Fit(Data));
        StringAssert.Contains(error.Message, "GB of memory that are left");
    }

    [TestMethod]
    public void Rows_with_a_missing_key_are_skipped_and_counted_in_the_log()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.Message);
        var rows = TextRow.Cycle(100, seed: 1);
        var keys = TextRow.ToKeys(ml).Fit(ml.Data.LoadFromEnumerable(rows));
        rows[3].Words[0] = "unknown";
        rows[7].Next = "unknown";
        using var model = ml
            .NGrams.Transformer(training: Short with { BatchSize = 98, Epochs = 1 })
            .Fit(keys.Transform(ml.Data.LoadFromEnumerable(rows)));
        Assert.AreEqual(1, model.History.Steps, "98 rows are left");
        Assert.IsTrue(
            log.Any(line =>
                line.Contains("2 rows with a missing key or an unknown token were skipped", StringComparison.Ordinal)),
            string.Join('\n', log));
    }

    [TestMethod]
    public void Columns_that_do_not_fit_are_named()
    {
        var words = Ml.Data.LoadFromEnumerable(TextRow.Cycle(10, seed: 1));
        string Message(IDataView data, NextTokenOptions? fit = null) =>
            Assert.Throws<ArgumentException>(() => Create("Transformer", Short, fit).Fit(data)).Message;

        StringAssert.Contains(Message(words), "no column 'Context'");
        StringAssert.Contains(
            Message(words, new NextTokenOptions { ContextColumnName = "Words", LabelColumnName = "Next" }),
            "'Words' is Vector<String, 2>; it must be a vector of keys");
        var keys = TextRow.ToKeys(Ml).Fit(words).Transform(words);
        StringAssert.Contains(Message(keys, new NextTokenOptions { LabelColumnName = "Context" }), "'Context'");
        StringAssert.Contains(
            Message(keys, WithLaw),
            "the distribution's tokens are the ids from 0 to 7");
        StringAssert.Contains(Message(keys, new NextTokenOptions { Order = 4 }), "Order is 4; it must be from 1 to 3");
        var plain = Ml.Data.LoadFromEnumerable(new[] { new UnequalCounts() });
        StringAssert.Contains(Message(plain), "'Context' (5 keys) and 'Label' (6 keys)");
    }

    private sealed class CancelOnReport(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }

    private sealed class UnequalCounts
    {
        [KeyType(5), VectorType(2)]
        public uint[] Context { get; set; } = [0, 1];

        [KeyType(6)]
        public uint Label { get; set; }
    }
}
