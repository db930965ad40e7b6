using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Evaluation;
using NGram.ML.Models;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class ModelTableTests
{
    private static readonly TransformerArchitecture Notebook = new()
    {
        VocabularySize = 50,
        ContextWindow = 3,
        Order = 3,
        Options = new TransformerOptions { EmbeddingDimension = 10, HeadDimension = 8, Heads = 22 },
    };

    [TestMethod]
    public void The_notebook_s_model_block_by_block()
    {
        var law = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(2222);
        var table = ModelTable.Create(
            Notebook,
            Exact,
            BoundSet.For(law, Notebook));
        var values = table.Rows.ToDictionary(row => $"{row[0]}/{row[1]}", row => (double?)row[2]);

        Assert.AreEqual(500, values["Parameters/Token embeddings"]);
        Assert.AreEqual(3 * 8, values["Parameters/Position embeddings"]);
        Assert.AreEqual(22 * 4 * 8 * 8, values["Parameters/Attention, layer 1"]);
        Assert.AreEqual(80, values["Parameters/Compression"]);
        Assert.AreEqual(80, values["Parameters/Decompression"]);
        Assert.AreEqual(500, values["Parameters/Unembedding"]);
        Assert.AreEqual(6816, values["Parameters/Total"]);
        Assert.AreEqual(1275, values["Memory/Facts"]);
        Assert.AreEqual(7978, values["Memory/Information"]);
        Assert.AreEqual(7978.0 / 6816, values["Memory/Bits per parameter"]!.Value, 1e-12);
        Assert.AreEqual(-9.5, values["Memory/Smallest margin"]);
        Assert.AreEqual(1 / 50.0, values["Bounds/chance"]);
        Assert.IsTrue(BoundSet.For(law, Notebook).All(bound => values.ContainsKey($"Bounds/{bound.Name}")));
    }

    [TestMethod]
    public void What_the_forward_pass_does_not_use_is_marked_and_not_in_the_total()
    {
        var equal = Notebook with { Options = Notebook.Options with { HeadDimension = 10, Layers = 2, MlpWidth = 6 } };
        var table = ModelTable.Create(equal);
        var rows = table.Rows.Select(row => (Name: (string)row[1], Value: (double)row[2], Unit: (string)row[3])).ToList();
        Assert.AreEqual(("Compression", 100.0, "unused"), rows.Single(row => row.Name == "Compression"));
        Assert.AreEqual(2 * 10 * 6 + 6, rows.Single(row => row.Name == "MLP, layer 2").Value);
        Assert.AreEqual(
            rows.Where(row => row.Unit == "parameters" && row.Name != "Total").Sum(row => row.Value),
            rows.Single(row => row.Name == "Total").Value);
        CollectionAssert.Contains(ModelTable.Describe(equal).ToList(), KeyValuePair.Create("Compression (unused)", "100"));
        CollectionAssert.Contains(ModelTable.Describe(Notebook).ToList(), KeyValuePair.Create("Total", "6,816"));
    }

    [TestMethod]
    public void What_a_sample_does_not_tell_is_left_out()
    {
        Assert.IsFalse(ModelTable.Describe(Notebook, Exact with { MemorisedPrompts = null }).Any(row => row.Key == "Facts"));
        Assert.IsFalse(ModelTable.Describe(Notebook).Any(row => row.Key == "Bits per parameter"));
    }

    private static NextTokenMetrics Exact => new()
    {
        Rows = 2500,
        CrossEntropy = 1.7,
        Accuracy = 0.51,
        TopKAccuracy = 0.8,
        MemorisedPrompts = 1275,
        Bits = 7978,
        BitsPerParameter = 7978.0 / 6816,
        SmallestMargin = -9.5,
    };
}
