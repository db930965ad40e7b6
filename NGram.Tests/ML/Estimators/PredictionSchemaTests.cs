using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Estimators;

namespace NGram.Tests.ML.Estimators;

/// <summary>
/// The added columns, annotation by annotation, beside a stock trainer's and beside what the estimator promised.
/// </summary>
[TestClass]
public sealed class PredictionSchemaTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttentionTransformerOptions Small = new()
    {
        EmbeddingDimension = 4,
        HeadDimension = 2,
        Heads = 2,
        NumberOfEpochs = 1,
    };

    private static IDataView Data(string labels)
    {
        var words = Ml.Data.LoadFromEnumerable(TextRow.Cycle(100, seed: 1));
        return labels switch
        {
            "text" => TextRow.ToKeys(Ml).Fit(words).Transform(words),
            "ids" => Ml.NGrams.Sample(new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(1), 100),
            _ => Ml.Data.LoadFromEnumerable(
                Enumerable.Range(0, 100).Select(i => new PlainKeys { Context = [(uint)i % 5, 1], Label = (uint)i % 5 })),
        };
    }

    [TestMethod]
    [DataRow("text")]
    [DataRow("ids")]
    [DataRow("plain")]
    public void The_annotations_are_those_of_a_stock_trainer(string labels)
    {
        var data = Data(labels);
        var oneHot = Ml.Transforms.Conversion.MapKeyToVector("Features", "Context").Fit(data).Transform(data);
        var stock = Ml.MulticlassClassification.Trainers.NaiveBayes().Fit(oneHot).Transform(oneHot).Schema;
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(oneHot);
        var ours = model.Transform(oneHot).Schema;
        foreach (string name in new[] { "Score", "PredictedLabel" })
        {
            Assert.AreEqual(stock[name].Type, ours[name].Type);
            var annotations = Values(ours[name]);
            // Stock trainers name the slots where labels are text; ours always, since Evaluate matches tokens by them.
            if (labels != "text")
                annotations.Remove("SlotNames");
            CollectionAssert.AreEquivalent(Values(stock[name]), annotations, name);
        }
    }

    [TestMethod]
    [DataRow("text")]
    [DataRow("ids")]
    [DataRow("plain")]
    public void The_estimator_promises_what_the_transformer_gives(string labels)
    {
        var data = Data(labels);
        var trainer = Ml.MulticlassClassification.Trainers.AttentionTransformer(
            Small with
            {
                ScoreColumnName = "Probabilities",
                PredictedLabelColumnName = "Next token",
            });
        using var model = trainer.Fit(data);
        var given = model.Transform(data).Schema;
        Assert.IsNull(given.GetColumnOrNull("Score"));
        CollectionAssert.AreEquivalent(Texts(Shape(given)), Texts(trainer.GetOutputSchema(Shape(data.Schema))));
        // The same as the transformer's own promise, and over a column of that name once only.
        CollectionAssert.AreEqual(
            given.Select(column => column.Name).ToArray(),
            model.GetOutputSchema(data.Schema).Select(column => column.Name).ToArray());
        Assert.AreEqual(given.Count, trainer.GetOutputSchema(Shape(given)).Count);
    }

    [TestMethod]
    public void Two_trainers_in_a_row_have_sets_of_their_own()
    {
        var data = Data("text");
        using var first = Ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(data);
        var scored = first.Transform(data);
        using var second = Ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(scored);
        uint set = 0;
        second.Transform(scored).Schema["Score"].Annotations.GetValue("ScoreColumnSetId", ref set);
        Assert.AreEqual(2u, set);
    }

    [TestMethod]
    public void Renamed_columns_are_evaluated_saved_and_loaded()
    {
        var data = Data("text");
        var options = Small with
        {
            NumberOfEpochs = 100,
            ScoreColumnName = "Probabilities",
            PredictedLabelColumnName = "Next token",
        };
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(data);
        var live = model.Transform(data);
        var metrics = Ml.MulticlassClassification.Evaluate(
            live,
            scoreColumnName: "Probabilities",
            predictedLabelColumnName: "Next token");
        Assert.AreEqual(metrics.MicroAccuracy, Ml.NGrams.Evaluate(data, model).Accuracy);

        using var stream = new MemoryStream();
        Ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var stock = new MLContext().Model.Load(stream, out _);
        using (stock as IDisposable)
        {
            var loaded = stock.Transform(data);
            Assert.IsNull(loaded.Schema.GetColumnOrNull("Score"));
            CollectionAssert.AreEqual(
                live.GetColumn<uint>("Next token").ToArray(),
                loaded.GetColumn<uint>("Next token").ToArray());
            float[][] expected = [.. live.GetColumn<float[]>("Probabilities")];
            float[][] actual = [.. loaded.GetColumn<float[]>("Probabilities")];
            for (int row = 0; row < expected.Length; row++)
            {
                for (int slot = 0; slot < 5; slot++)
                    Assert.AreEqual(expected[row][slot], actual[row][slot], 1e-5f);
            }
        }
    }

    /// <summary>Every annotation as a line of text: type and value.</summary>
    private static Dictionary<string, string> Values(DataViewSchema.Column column) =>
        column.Annotations.Schema.ToDictionary(annotation => annotation.Name, annotation => Text(column, annotation));

    private static string Text(DataViewSchema.Column column, DataViewSchema.Column annotation)
    {
        object? value = typeof(PredictionSchemaTests)
            .GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(annotation.Type.RawType)
            .Invoke(null, [column, annotation.Name]);
        return $"{annotation.Type}: {value}";
    }

    private static string Read<T>(DataViewSchema.Column column, string name)
    {
        T value = default!;
        column.Annotations.GetValue(name, ref value);
        return value switch
        {
            VBuffer<ReadOnlyMemory<char>> texts => string.Join('|', texts.DenseValues()),
            VBuffer<int> numbers => string.Join('|', numbers.DenseValues()),
            _ => value!.ToString()!,
        };
    }

    private static SchemaShape Shape(DataViewSchema schema) => (SchemaShape)typeof(SchemaShape)
        .GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!
        .Invoke(null, [schema])!;

    private static string[] Texts(SchemaShape shape) =>
    [
        .. shape.Select(column =>
            $"{Text(column)} [{string.Join(", ", column.Annotations.Select(Text).Order(StringComparer.Ordinal))}]"),
    ];

    private static string Text(SchemaShape.Column column) => $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey}";

    private sealed class PlainKeys
    {
        [KeyType(5), VectorType(2)]
        public uint[] Context { get; set; } = [];

        [KeyType(5)]
        public uint Label { get; set; }
    }
}
