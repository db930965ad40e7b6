using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Estimators;

/// <summary>
/// The columns that an estimator takes and gives as a link of a pipeline, which ML.NET asks for before it reads a row.
/// </summary>
[TestClass]
public sealed class PipelineColumnsTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly TransformerOptions Model = new() { EmbeddingDimension = 4, HeadDimension = 2, Heads = 2 };
    private static readonly TrainingOptions Training = new() { BatchSize = 16, Epochs = 1 };

    private static readonly KeyRow[] Keys = [.. Enumerable.Range(0, 40).Select(i => new KeyRow
    {
        Context = [(uint)(i % 5) + 1, (uint)(i % 3) + 1],
        Byte = (byte)(i % 5 + 1),
        UInt32 = (uint)(i % 5) + 1,
        UInt64 = (ulong)(i % 5) + 1,
    })];

    private static AttentionTransformerEstimator Estimator(NextTokenOptions fit) => Ml.NGrams.Transformer(Model, Training, fit);

    [TestMethod]
    [DataRow(nameof(KeyRow.Byte))]
    [DataRow(nameof(KeyRow.UInt32))]
    [DataRow(nameof(KeyRow.UInt64))]
    public void Labels_of_other_key_types_fit_in_a_pipeline(string label)
    {
        var data = Ml.Data.LoadFromEnumerable(Keys);
        using var model = Ml
            .Transforms.CopyColumns("Copy", label)
            .Append(Estimator(new NextTokenOptions { LabelColumnName = label }))
            .Fit(data);
        var scored = model.Transform(data);
        Assert.AreEqual(data.Schema[label].Type, scored.Schema["PredictedLabel"].Type);
        Assert.AreEqual(Keys.Length, scored.GetColumn<float[]>("Score").Count());
    }

    [TestMethod]
    public void Wrong_columns_are_named_with_what_they_must_be()
    {
        Assert.AreEqual(
            "The data has no column 'Nope'; it has Words, Next, Context, Label.",
            Message(new NextTokenOptions { ContextColumnName = "Nope" }));
        Assert.AreEqual(
            "The column 'Next' is a String; it must be a key (MapValueToKey makes one).",
            Message(new NextTokenOptions { LabelColumnName = "Next" }));
        Assert.AreEqual(
            "The column 'Context' is a vector of key; it must be a key (MapValueToKey makes one).",
            Message(new NextTokenOptions { LabelColumnName = "Context" }));
        StringAssert.StartsWith(
            Message(new NextTokenOptions { ContextColumnName = "Label" }),
            "The column 'Label' is a key; it must be a vector of keys of known size");
        StringAssert.StartsWith(
            Message(new NextTokenOptions { ContextColumnName = "Words" }),
            "The column 'Words' is a vector of String; it must be a vector of keys of known size");
    }

    [TestMethod]
    public void A_law_of_too_high_an_order_is_named()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 4 }.CreateDistribution(seed: 1);
        var data = Ml.NGrams.Sample(new PowerLaw { VocabularySize = 5, Order = 2 }.CreateDistribution(seed: 1), rows: 10);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Estimator(new NextTokenOptions { Distribution = law }).Fit(data));
        StringAssert.StartsWith(
            error.Message,
            "The distribution's order is 4; it must be from 1 to 2, the tokens of a row with its label.");
    }

    [TestMethod]
    public void Data_without_rows_is_refused_whatever_it_is_and_scored_to_none()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(seed: 1);
        IDataView sample = Ml.NGrams.Sample(law, rows: 0), held = Ml.Data.SkipRows(Ml.NGrams.Sample(law, rows: 10), 10);
        foreach (var empty in new[] { sample, held })
        {
            Assert.AreEqual(
                "The data has no rows.",
                Assert.ThrowsExactly<InvalidOperationException>(() => Estimator(new NextTokenOptions()).Fit(empty)).Message);
        }

        using var model = Estimator(new NextTokenOptions()).Fit(Ml.NGrams.Sample(law, rows: 10));
        Assert.AreEqual(0, model.Transform(sample).GetColumn<float[]>("Score").Count());
        Assert.AreEqual(
            "The data has no rows.",
            Assert.ThrowsExactly<InvalidOperationException>(() => Ml.NGrams.Evaluate(sample, model)).Message);
    }

    [TestMethod]
    public void Columns_of_another_view_of_the_same_pipeline_open_a_cursor()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(seed: 1);
        var data = Ml.NGrams.Sample(law, rows: 300);
        using var model = Estimator(new NextTokenOptions()).Fit(data);
        var scored = model.Transform(data);
        using var cursor = scored.GetRowCursor(model.Transform(data).Schema);
        var score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> values = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
            score(ref values);
        Assert.AreEqual(300, rows, "more than one batch, the last not full");
    }

    private static string Message(NextTokenOptions fit)
    {
        var pipeline = TextRow.ToKeys(Ml).Append(Estimator(fit));
        return Assert
            .ThrowsExactly<ArgumentException>(() => pipeline.Fit(Ml.Data.LoadFromEnumerable(TextRow.Cycle(20, seed: 1))))
            .Message;
    }

    private sealed class KeyRow
    {
        [KeyType(5), VectorType(2)]
        public uint[] Context { get; set; } = [];

        [KeyType(5)]
        public byte Byte { get; set; }

        [KeyType(5)]
        public uint UInt32 { get; set; }

        [KeyType(5)]
        public ulong UInt64 { get; set; }
    }
}
