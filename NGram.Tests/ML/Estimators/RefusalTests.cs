using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Generation;
using static TorchSharp.torch;

namespace NGram.Tests.ML.Estimators;

/// <summary>What ML.NET asks of a model that cannot be done fails with the way that can.</summary>
[TestClass]
public sealed class RefusalTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttentionTransformerOptions Small = new() { Heads = 2, NumberOfEpochs = 2, BatchSize = 64 };
    private static readonly IDataView Words = Ml.Data.LoadFromEnumerable(TextRow.Cycle(500, seed: 1));

    private static NextTokenTransformer Fit(MLContext ml) => ml.MulticlassClassification.Trainers
        .AttentionTransformer(Small)
        .Fit(TextRow.ToKeys(ml).Fit(Words).Transform(Words));

    [TestMethod]
    public void ConvertToOnnx_is_refused_with_what_writes_ONNX()
    {
        using var model = TextRow.ToKeys(Ml)
            .Append(Ml.MulticlassClassification.Trainers.AttentionTransformer(Small))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(Words);
        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<NotSupportedException>(() => Ml.Model.ConvertToOnnx(model, Words, stream));
        StringAssert.Contains(error.Message, "SaveAsOnnx writes the model as ONNX");
        Assert.AreEqual(0, stream.Length);
        Assert.AreEqual(500, model.Transform(Words).GetColumn<string>("Predicted").Count(), "anyone else may transform");
    }

    [TestMethod]
    public void A_module_has_no_zip_and_the_error_names_what_there_is()
    {
        var data = TextRow.ToKeys(Ml).Fit(Words).Transform(Words);
        using var model = Ml.NGrams
            .Module(shape => nn.Embedding(shape.VocabularySize, shape.VocabularySize), new() { NumberOfEpochs = 1 })
            .Fit(data);
        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<ArgumentException>(() => Ml.Model.Save(model, data.Schema, stream));
        StringAssert.Contains(error.Message, "ModelFile.SaveParameters");
        StringAssert.Contains(error.Message, "Restore");
    }

    [TestMethod]
    public void Keys_without_values_are_told_where_the_values_are()
    {
        using var model = Fit(Ml);
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.Model.CreatePredictionEngine<KeyRow, ScoreRow>(model, Unowned).Predict(new KeyRow()));
        StringAssert.Contains(error.Message, "CreatePredictionEngine<TSrc, TDst>(model, model.InputSchema)");
        // The advice works, for an engine and for a view.
        using var engine = Ml.Model.CreatePredictionEngine<KeyRow, ScoreRow>(model, model.InputSchema);
        Assert.HasCount(5, engine.Predict(new KeyRow()).Score);
        var rows = Ml.Data.LoadFromEnumerable(new[] { new KeyRow() }, model.InputSchema);
        Assert.HasCount(5, model.Transform(rows).GetColumn<float[]>("Score").Single());
    }

    private static PredictionEngineOptions Unowned => new() { OwnsTransformer = false };

    [TestMethod]
    public void Scores_that_are_not_probabilities_are_named()
    {
        float[][] rows = [[2f, -1f, 3f, 0f, 0f], [0.5f, 0.5f, 0.5f, 0f, 0f], [float.NaN, 0f, 0f, 0f, 0f]];
        foreach (float[] scores in rows)
        {
            var data = Ml.Data.LoadFromEnumerable(new[] { new ScoredRow { Score = scores } });
            StringAssert.StartsWith(
                Assert.ThrowsExactly<InvalidOperationException>(() => Ml.NGrams.Evaluate(data)).Message,
                "The scores in 'Score' are not probabilities: in row 0 they sum to ");
        }
        var logarithms = Ml.Transforms.Conversion.MapKeyToVector("Features", "Context")
            .Append(Ml.MulticlassClassification.Trainers.NaiveBayes());
        var keys = TextRow.ToKeys(Ml).Fit(Words).Transform(Words);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() =>
                Ml.NGrams.Evaluate(logarithms.Fit(keys).Transform(keys))).Message,
            "are not probabilities");
    }

    [TestMethod]
    public void Unknown_prompts_are_skipped_where_stock_Evaluate_counts_equal_scores()
    {
        var keys = TextRow.ToKeys(Ml).Fit(Words);
        using var model = Fit(Ml);
        var rows = TextRow.Cycle(20, seed: 3);
        rows[4].Words[0] = "unknown";
        var scored = model.Transform(keys.Transform(Ml.Data.LoadFromEnumerable(rows)));
        var ours = Ml.NGrams.Evaluate(scored);
        Assert.AreEqual(19, ours.Rows);
        double stock = Ml.MulticlassClassification.Evaluate(scored).LogLoss;
        Assert.AreEqual((19 * ours.CrossEntropy + Math.Log(5)) / 20, stock, 1e-5);
    }

    [TestMethod]
    public void CancelExecution_of_the_context_stops_a_fit_as_it_stops_a_stock_one()
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(seed: 1);
        var data = ml.NGrams.Sample(law, rows: 100_000);
        using var begun = new ManualResetEventSlim();
        var trainer = ml.MulticlassClassification.Trainers.AttentionTransformer(Small with
        {
            NumberOfEpochs = 10_000,
            Progress = new Immediate(begun.Set),
        });
        var fit = Task.Run(() => trainer.Fit(data));
        Assert.IsTrue(begun.Wait(TimeSpan.FromSeconds(30)));
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(ml, null);
        Assert.IsTrue(((IAsyncResult)fit).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "It goes on.");
        Assert.IsInstanceOfType<OperationCanceledException>(fit.Exception?.InnerException ?? new OperationCanceledException());
        Assert.IsTrue(fit.IsCanceled || fit.IsFaulted);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data), "The context stays cancelled.");
    }

    [TestMethod]
    public void ParamName_is_a_parameter_of_the_method_that_was_called()
    {
        var trainers = Ml.MulticlassClassification.Trainers;
        Assert.AreEqual("heads", Error(() => trainers.AttentionTransformer(heads: 0)).ParamName);
        Assert.AreEqual("numberOfEpochs", Error(() => trainers.SequenceEncoder(numberOfEpochs: 0)).ParamName);
        var options = Error(() => trainers.AttentionTransformer(Small with { Heads = 0 }));
        Assert.AreEqual(("options", "Heads"), (options.ParamName, ((OptionException)options).Name));
        Assert.AreEqual("Heads is 0; it must be at least 1.", options.Message);
        Assert.AreEqual("paths", Error(() => Ml.NGrams.LoadSequences([])).ParamName);
        Assert.AreEqual("vocabularySize", Error(() => Ml.NGrams.Windows(Words, "Words", 3, vocabularySize: 0)).ParamName);
        using var model = Fit(Ml);
        var generation = new GenerationOptions { Temperature = -1 };
        Assert.AreEqual("options", Error(() => Ml.NGrams.Generate(model, 3, generation)).ParamName);
        Assert.AreEqual("length", Error(() => Ml.NGrams.Generate(model, 0)).ParamName);
        Assert.AreEqual("options", Error(() => Ml.NGrams.Evaluate(Words, new EvaluationOptions { TopK = 0 })).ParamName);
        // A sentence is no parameter's name.
        Assert.IsNull(new OptionException("The number of keys of column 'Context'", 0, "at least 1").ParamName);
    }

    private static ArgumentException Error(Action action) => Assert.Throws<ArgumentException>(action);

    private sealed class Immediate(Action told) : IProgress<NGram.ML.Training.TrainingProgress>
    {
        public void Report(NGram.ML.Training.TrainingProgress value) => told();
    }

    private sealed class KeyRow
    {
        [KeyType(5), VectorType(2)]
        public uint[] Context { get; set; } = [1, 2];

        [KeyType(5)]
        public uint Label { get; set; }
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class ScoredRow
    {
        [KeyType(5), VectorType(2)]
        public uint[] Context { get; set; } = [1, 2];

        [KeyType(5)]
        public uint Label { get; set; } = 1;

        [VectorType(5)]
        public float[] Score { get; set; } = [];
    }
}
