using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.Data.Views;

namespace NGram.Tests.Data.Views;

/// <summary>Stock ML.NET takes the view as it is.</summary>
[TestClass]
public sealed class StockMLNetTests
{
    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    public void A_stock_trainer_learns_the_law()
    {
        var distribution = new PowerLaw { VocabularySize = 6, Order = 2, Supports = [6, 1] }.CreateDistribution(4);
        var data = ml.NGrams.Sample(distribution, rows: 3000);
        var pipeline = ml.Transforms.Conversion.MapKeyToVector("Features", SequenceColumns.Context)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(SequenceColumns.Label, "Features"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Token", "PredictedLabel"));
        var split = ml.Data.TrainTestSplit(data, testFraction: 0.2);
        var scored = pipeline.Fit(split.TrainSet).Transform(split.TestSet);
        Assert.AreEqual(1, ml.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        Assert.AreEqual(NumberDataViewType.Int32, scored.Schema["Token"].Type);
    }

    [TestMethod]
    public void The_data_operations_keep_the_rows()
    {
        var distribution = new PowerLaw { VocabularySize = 6 }.CreateDistribution(4);
        var data = ml.NGrams.Sample(distribution, rows: 5000, seed: 7, contextWindow: 5);
        var rows = Enumerate(data);
        Assert.HasCount(5000, rows);
        Assert.IsTrue(rows.All(row => row.Context.Length == 4 && row.Label is >= 1 and <= 6));
        CollectionAssert.AreEqual(
            rows.Take(3000).Select(Text).ToList(),
            Enumerate(ml.Data.TakeRows(data, 3000)).ConvertAll(Text));
        CollectionAssert.AreEqual(rows.ConvertAll(Text), Enumerate(ml.Data.Cache(data)).ConvertAll(Text));
        CollectionAssert.AreEquivalent(rows.ConvertAll(Text), Enumerate(ml.Data.ShuffleRows(data, seed: 3)).ConvertAll(Text));
        CollectionAssert.AreNotEqual(rows.ConvertAll(Text), Enumerate(ml.Data.ShuffleRows(data, seed: 3)).ConvertAll(Text));
        CollectionAssert.AreEqual(
            rows.ConvertAll(Text),
            Enumerate(ml.NGrams.LoadFromTokens(((SequenceDataView)data).ToTokenMatrix())).ConvertAll(Text));
        var split = ml.Data.TrainTestSplit(data, 0.25);
        CollectionAssert.AreEquivalent(
            rows.ConvertAll(Text),
            Enumerate(split.TrainSet).Concat(Enumerate(split.TestSet)).Select(Text).ToList());
    }

    [TestMethod]
    public void The_default_window_is_the_order_and_at_least_two()
    {
        Assert.AreEqual(3, Size(new PowerLaw { Order = 4 }));
        Assert.AreEqual(1, Size(new PowerLaw { Order = 1 }));

        int Size(NGramLaw law) =>
            ((VectorDataViewType)ml.NGrams.Sample(law.CreateDistribution(1), 1).Schema[SequenceColumns.Context].Type).Size;
    }

    private List<Row> Enumerate(IDataView data) => [.. ml.Data.CreateEnumerable<Row>(data, reuseRowObject: false)];

    private static string Text(Row row) => string.Join(" ", row.Context.Append(row.Label));

    private sealed class Row
    {
        public uint[] Context { get; set; } = [];

        public uint Label { get; set; }
    }
}
