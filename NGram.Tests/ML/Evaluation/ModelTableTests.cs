using NGram.Data.Distributions;
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
            new MemorisedBits(0.5, law.CountPrompts(2), Notebook),
            BoundSet.For(law, Notebook));
        var values = table.Rows.ToDictionary(row => $"{row[0]}/{row[1]}", row => (double?)row[2]);

        Assert.AreEqual(500, values["Parameters/Token embeddings"]);
        Assert.AreEqual(3 * 8, values["Parameters/Position embeddings"]);
        Assert.AreEqual(22 * 4 * 8 * 8, values["Parameters/Attention, layer 1"]);
        Assert.AreEqual(80, values["Parameters/Compression"]);
        Assert.AreEqual(80, values["Parameters/Decompression"]);
        Assert.AreEqual(500, values["Parameters/Unembedding"]);
        Assert.AreEqual(6816, values["Parameters/Total"]);
        // (0.5 - 0.02) / 0.98 of the 2,500 pairs, log2 50 bits each.
        Assert.AreEqual(0.48 / 0.98 * 2500, values["Memory/Memorised associations"]!.Value, 1e-9);
        Assert.AreEqual(0.48 / 0.98 * 2500 * Math.Log2(50), values["Memory/Memorised information"]!.Value, 1e-9);
        Assert.AreEqual(0.48 / 0.98 * 2500 * Math.Log2(50) / 6816, values["Memory/Bits per parameter"]!.Value, 1e-12);
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
    public void An_accuracy_below_chance_has_memorised_nothing_and_a_perfect_one_everything()
    {
        var law = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(2222);
        Assert.AreEqual(new MemorisedBits(0.5, 2500, Notebook), MemorisedBits.Of(0.5, law, Notebook));
        Assert.AreEqual(0, new MemorisedBits(0.01, 2500, Notebook).Bits);
        Assert.AreEqual(2500, new MemorisedBits(1, 2500, Notebook).Associations, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemorisedBits(1.5, 2500, Notebook));
    }
}
