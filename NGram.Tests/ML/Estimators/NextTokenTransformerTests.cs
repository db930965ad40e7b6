using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Estimators;

/// <summary>Our transformer among stock ones, on text whose Context and Label have dictionaries in different orders.</summary>
[TestClass]
public sealed class NextTokenTransformerTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly TransformerOptions Model = new()
    {
        EmbeddingDimension = 6,
        HeadDimension = 4,
        Heads = 4,
    };
    private static readonly TrainingOptions Training = new()
    {
        BatchSize = 64,
        Epochs = 12,
        LearningRate = 0.02,
    };
    private static readonly Lazy<ITransformer> Pipeline = new(() =>
        Estimator().Fit(Ml.Data.LoadFromEnumerable(TextRow.Cycle(1000, seed: 1))));

    private static IEstimator<ITransformer> Estimator() => TextRow.ToKeys(Ml)
        .Append(Ml.NGrams.Transformer(Model, Training, new NextTokenOptions { Order = 3 }))
        .Append(Ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

    private static IDataView Scored(int rows = 3000) =>
        Pipeline.Value.Transform(Ml.Data.LoadFromEnumerable(TextRow.Cycle(rows, seed: 2)));

    [TestMethod]
    public void Predictions_map_back_to_the_tokens_though_the_dictionaries_differ()
    {
        var scored = Scored();
        var data = TextRow.Cycle(3000, seed: 2);
        string[] predicted = [.. scored.GetColumn<string>("Predicted")];
        Assert.AreEqual(3000, predicted.Length);
        // The cycle is a look-up of one token: a transformer learns it whole.
        CollectionAssert.AreEqual(data.Select(row => row.Next).ToArray(), predicted);
        CollectionAssert.AreNotEqual(KeyValuesOf(scored, "Context"), KeyValuesOf(scored, "Label"), "or the test shows nothing");
        CollectionAssert.AreEqual(KeyValuesOf(scored, "Label"), KeyValuesOf(scored, "PredictedLabel"));
    }

    [TestMethod]
    public void Scores_are_probabilities_whose_slots_are_named_and_whose_best_is_PredictedLabel()
    {
        var scored = Scored();
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        string[] slots = [.. names.DenseValues().Select(name => name.ToString())];
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c", "d", "e" }, slots);
        uint[] keys = [.. scored.GetColumn<uint>("PredictedLabel")];
        string[] predicted = [.. scored.GetColumn<string>("Predicted")];
        int row = 0;
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
        {
            Assert.AreEqual(1, scores.Sum(), 1e-5);
            int best = Array.IndexOf(scores, scores.Max());
            Assert.AreEqual((uint)best + 1, keys[row]);
            Assert.AreEqual(slots[best], predicted[row++]);
        }
    }

    [TestMethod]
    public void Evaluate_reads_the_scores_in_the_labels_order()
    {
        var metrics = Ml.MulticlassClassification.Evaluate(Scored());
        Assert.AreEqual(1, metrics.MicroAccuracy);
        Assert.IsInRange(0, 0.2, metrics.LogLoss, "the look-up is learned, so little doubt is left");
        Assert.IsGreaterThan(0, metrics.LogLoss);
    }

    [TestMethod]
    public void A_prediction_engine_gives_what_the_batch_gives_and_follows_its_input()
    {
        using var engine = Ml.Model.CreatePredictionEngine<TextRow, TextPrediction>(
            Pipeline.Value,
            new PredictionEngineOptions { OwnsTransformer = false });
        var rows = TextRow.Cycle(50, seed: 2);
        float[][] batch = [.. Scored(50).GetColumn<float[]>("Score")];
        for (int i = 0; i < rows.Count; i++)
        {
            var prediction = engine.Predict(rows[i]);
            Assert.AreEqual(rows[i].Next, prediction.Predicted);
            for (int slot = 0; slot < 5; slot++)
                Assert.AreEqual(batch[i][slot], prediction.Score[slot], 1e-6f);
        }
    }

    [TestMethod]
    public void An_unknown_token_gets_equal_scores_and_so_the_first_label()
    {
        var scored = Pipeline.Value.Transform(
            Ml.Data.LoadFromEnumerable(
                new[]
                {
                    new TextRow { Words = ["a", "?"], Next = "b" },
                }));
        CollectionAssert.AreEqual(Enumerable.Repeat(0.2f, 5).ToArray(), scored.GetColumn<float[]>("Score").Single());
        Assert.AreEqual(1u, scored.GetColumn<uint>("PredictedLabel").Single());
    }

    [TestMethod]
    public void Rows_keep_their_columns_when_shuffled_filtered_and_read_in_part()
    {
        var shuffled = Ml.Data.ShuffleRows(Scored(2500), seed: 3);
        CollectionAssert.AreEqual(
            shuffled.GetColumn<string>("Next").ToArray(),
            shuffled.GetColumn<string>("Predicted").ToArray());
        var taken = Ml.Data.TakeRows(Ml.Data.SkipRows(Scored(), 1500), 7);
        CollectionAssert.AreEqual(
            TextRow.Cycle(3000, seed: 2).Skip(1500).Take(7).Select(row => row.Next).ToArray(),
            taken.GetColumn<string>("Predicted").ToArray());
        Assert.AreEqual(3000, Scored().GetColumn<string>("Next").Count(), "without predictions the input passes through");
    }

    [TestMethod]
    public void A_disposed_transformer_predicts_the_same()
    {
        var data = TextRow
            .ToKeys(Ml)
            .Fit(Ml.Data.LoadFromEnumerable(TextRow.Cycle(100, seed: 1)))
            .Transform(Ml.Data.LoadFromEnumerable(TextRow.Cycle(100, seed: 1)));
        var model = Ml.NGrams.Transformer(Model, Training with { Epochs = 1 }).Fit(data);
        var scored = model.Transform(data);
        float[][] before = [.. scored.GetColumn<float[]>("Score")];
        model.Dispose();
        model.Dispose();
        float[][] after = [.. scored.GetColumn<float[]>("Score")];
        for (int row = 0; row < before.Length; row++)
            CollectionAssert.AreEqual(before[row], after[row]);
        using var module = model.Model;
        Assert.AreEqual(model.Parameters.Count, module.GetParameters().Count, "the module is made anew");
    }

    [TestMethod]
    public void Cross_validation_trains_and_evaluates_every_fold()
    {
        var data = TextRow
            .ToKeys(Ml)
            .Fit(Ml.Data.LoadFromEnumerable(TextRow.Cycle(900, seed: 1)))
            .Transform(Ml.Data.LoadFromEnumerable(TextRow.Cycle(900, seed: 1)));
        var folds = Ml.MulticlassClassification.CrossValidate(data, Ml.NGrams.Transformer(Model, Training), numberOfFolds: 3);
        Assert.AreEqual(3, folds.Count);
        foreach (var fold in folds)
            Assert.AreEqual(1, fold.Metrics.MicroAccuracy);
    }

    private static string[] KeyValuesOf(IDataView data, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
