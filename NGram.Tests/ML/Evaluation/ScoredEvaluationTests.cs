using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.ML.Estimators;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class ScoredEvaluationTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly TransformerOptions Small = new() { EmbeddingDimension = 6, HeadDimension = 6, Heads = 3 };
    private static readonly TrainingOptions Short = new() { BatchSize = 50, Epochs = 4, LearningRate = 0.02 };

    [TestMethod]
    [DataRow(3)]
    [DataRow(5)]
    public void Metrics_of_a_sample_are_means_over_its_rows(int contextWindow)
    {
        INGramDistribution law = TableDistribution.Random(3, 6, seed: 2);
        var sample = Ml.NGrams.Sample(law, rows: 2500, seed: 4, contextWindow);
        using var model = Ml.NGrams.Transformer(Small, Short, new NextTokenOptions { Distribution = law }).Fit(sample);
        var metrics = Ml.NGrams.Evaluate(sample, model, new EvaluationOptions { Distribution = law, TopK = 2 });

        float[][] scores = model.Transform(sample).GetColumn<float[]>("Score").ToArray();
        uint[][] contexts = sample.GetColumn<uint[]>("Context").ToArray();
        int[] labels = sample.GetColumn<uint>("Label").Select(key => (int)key - 1).ToArray();
        double[] pi = new double[6];
        double best = 0;
        foreach (uint[]? context in contexts)
        {
            law.GetProbabilities([.. context.Select(key => (ushort)(key - 1))], pi);
            best += pi.Max() / contexts.Length;
        }
        double loss = labels.Select((label, row) => -Math.Log(scores[row][label])).Average();
        Assert.AreEqual(2500, metrics.Rows);
        Assert.AreEqual(loss, metrics.CrossEntropy, 1e-9);
        Assert.AreEqual(Math.Exp(loss), metrics.Perplexity, 1e-8);
        Assert.AreEqual(loss - law.EntropyAt(contextWindow - 1), metrics.Divergence!.Value, 1e-9);
        Assert.AreEqual(
            labels.Select((label, row) => scores[row].Max() == scores[row][label] ? 1.0 : 0).Average(),
            metrics.Accuracy,
            1e-12);
        Assert.AreEqual(
            labels.Select((label, row) => scores[row].Count(s => s > scores[row][label]) < 2 ? 1.0 : 0).Average(),
            metrics.TopKAccuracy,
            1e-12);
        Assert.AreEqual(best, metrics.BestAccuracy!.Value, 1e-12);
        Assert.AreEqual(
            Math.Log(6) - (loss - metrics.Divergence.Value),
            metrics.Bounds.Single(bound => bound.Name == "uniformDivergence").Value!.Value,
            1e-9,
            "less the Label's entropy, as the divergence, at whichever position it is");

        var stock = Ml.MulticlassClassification.Evaluate(model.Transform(sample));
        Assert.AreEqual(stock.LogLoss, metrics.CrossEntropy, 1e-6, "ML.NET's own log-loss");
        Assert.AreEqual(stock.MicroAccuracy, metrics.Accuracy, 1e-12);
    }

    [TestMethod]
    public void A_large_sample_comes_near_the_exact_evaluation()
    {
        var law = TableDistribution.Random(3, 6, seed: 2);
        using var model = Ml
            .NGrams.Transformer(Small, Short, new NextTokenOptions { Distribution = law })
            .Fit(Ml.NGrams.Sample(law, rows: 2500, seed: 4));
        var exact = Ml.NGrams.EvaluateExactly(model, law);
        var sampled = Ml.NGrams.Evaluate(
            Ml.NGrams.Sample(law, rows: 40_000, seed: 5),
            model,
            new EvaluationOptions { Distribution = law });
        // Means of 40,000 rows with deviations of at most about 1.2: five times 1.2 / 200.
        Assert.AreEqual(exact.Divergence!.Value, sampled.Divergence!.Value, 0.03);
        Assert.AreEqual(exact.Accuracy, sampled.Accuracy, 0.015);
        Assert.AreEqual(exact.TopKAccuracy, sampled.TopKAccuracy, 0.015);
        Assert.AreEqual(exact.BestAccuracy!.Value, sampled.BestAccuracy!.Value, 0.015);
    }

    [TestMethod]
    public void A_stock_trainer_is_evaluated_alike_and_labels_are_matched_by_value()
    {
        var train = Ml.Data.LoadFromEnumerable(TextRow.Cycle(500, seed: 1));
        var test = Ml.Data.LoadFromEnumerable(TextRow.Cycle(200, seed: 2));
        // A dictionary of the test data alone: its order is another.
        IDataView trainKeys = TextRow.ToKeys(Ml).Fit(train).Transform(train),
            testKeys = TextRow.ToKeys(Ml).Fit(test).Transform(test);
        using var ours = Ml.NGrams.Transformer(Small, Short with { Epochs = 12 }).Fit(trainKeys);
        var metrics = Ml.NGrams.Evaluate(testKeys, ours);
        Assert.AreEqual(1, metrics.Accuracy);
        Assert.IsNull(metrics.Divergence);
        Assert.IsNull(metrics.BestAccuracy);

        var pipeline = Ml
            .Transforms.Conversion.MapKeyToVector("Features", "Context")
            .Append(Ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        var scored = pipeline.Fit(trainKeys).Transform(trainKeys);
        var stock = Ml.NGrams.Evaluate(scored);
        Assert.AreEqual(500, stock.Rows);
        Assert.AreEqual(Ml.MulticlassClassification.Evaluate(scored).LogLoss, stock.CrossEntropy, 1e-6);
    }

    [TestMethod]
    public void Rows_with_missing_tokens_are_skipped_and_counted_in_the_log()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.Message);
        var rows = TextRow.Cycle(100, seed: 1);
        var keys = TextRow.ToKeys(ml).Fit(ml.Data.LoadFromEnumerable(rows));
        using var model = ml.NGrams.Transformer(Small, Short).Fit(keys.Transform(ml.Data.LoadFromEnumerable(rows)));
        rows[3].Words[0] = "unknown";
        rows[7].Next = "unknown";
        Assert.AreEqual(98, ml.NGrams.Evaluate(keys.Transform(ml.Data.LoadFromEnumerable(rows)), model).Rows);
        Assert.IsTrue(
            log.Any(line => line.Contains("2 rows with a missing or unknown token", StringComparison.Ordinal)),
            string.Join('\n', log));
        foreach (var row in rows)
            row.Next = "unknown";
        Assert.ThrowsExactly<InvalidOperationException>(() =>
            ml.NGrams.Evaluate(keys.Transform(ml.Data.LoadFromEnumerable(rows)), model));
    }

    [TestMethod]
    public void The_table_has_the_columns_of_the_interface_and_survives_CSV_where_decimals_have_commas()
    {
        var law = new PowerLaw { VocabularySize = 6, Order = 3 }.CreateDistribution(1);
        var sample = Ml.NGrams.Sample(law, rows: 500, seed: 4);
        using var model = Ml.NGrams.Transformer(Small, Short, new NextTokenOptions { Distribution = law }).Fit(sample);
        var withLaw = Ml.NGrams.Evaluate(sample, model, new EvaluationOptions { Distribution = law }) with
        {
            Model = "ours",
            Data = "sample",
        };
        var without = Ml.NGrams.Evaluate(sample, model);
        var table = MetricsTable.Create([withLaw, without]);

        string[] expected =
        [
            "Model", "Data", "Rows", "CrossEntropy", "Perplexity", "Divergence", "Accuracy", "Top5Accuracy", "BestAccuracy",
            .. BoundSet.For(law, (TransformerArchitecture)model.Architecture).Select(bound => bound.Name),
            .. BoundSet.For(law, (TransformerArchitecture)model.Architecture).Select(bound => bound.Name + "Holds"),
        ];
        CollectionAssert.AreEqual(expected, table.Columns.Select(column => column.Name).ToArray());
        var before = CultureInfo.CurrentCulture;
        try
        {
            // InvariantGlobalization knows no other culture by name.
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = "," },
            };
            using var stream = new MemoryStream();
            DataFrame.SaveCsv(table, stream, cultureInfo: CultureInfo.InvariantCulture);
            string text = System.Text.Encoding.UTF8.GetString(stream.ToArray());
            string[] lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n');
            string[] first = lines[1].Split(','), second = lines[2].Split(',');
            Assert.HasCount(expected.Length, first);
            Assert.AreEqual("ours", first[0]);
            Assert.AreEqual(withLaw.CrossEntropy, double.Parse(first[3], CultureInfo.InvariantCulture));
            Assert.AreEqual("", second[5], "an unknown value is an empty cell");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.ThrowsExactly<ArgumentException>(() => MetricsTable.Create([withLaw, without with { TopK = 3 }]));
    }

    [TestMethod]
    public void A_model_is_evaluated_on_the_columns_that_it_was_fitted_on()
    {
        var words = Ml.Data.LoadFromEnumerable(TextRow.Cycle(300, seed: 1));
        var keys = Ml
            .Transforms.Conversion.MapValueToKey([new InputOutputColumnPair("Words"), new InputOutputColumnPair("Next")])
            .Fit(words)
            .Transform(words);
        using var model = Ml
            .NGrams.Transformer(Small, Short, new NextTokenOptions { ContextColumnName = "Words", LabelColumnName = "Next" })
            .Fit(keys);
        Assert.AreEqual(300, Ml.NGrams.Evaluate(keys, model).Rows);
    }

    [TestMethod]
    public void Bad_options_and_columns_are_named()
    {
        var law = new PowerLaw { VocabularySize = 6, Order = 3 }.CreateDistribution(1);
        var sample = Ml.NGrams.Sample(law, rows: 10, seed: 4);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.NGrams.Evaluate(sample)).Message, "'Score'");
        StringAssert.Contains(
            Assert
                .Throws<ArgumentOutOfRangeException>(() => Ml.NGrams.Evaluate(sample, new EvaluationOptions { TopK = 0 }))
                .Message,
            "TopK is 0");
    }
}
