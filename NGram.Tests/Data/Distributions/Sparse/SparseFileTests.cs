using NGram.Data.Distributions;
using NGram.Data.Distributions.Sparse;
using NGram.Data.Sampling;

namespace NGram.Tests.Data.Distributions.Sparse;

[TestClass]
public sealed class SparseFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ngram-sparse-").FullName;

    public static IEnumerable<object[]> Cases => SparseCases.All;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Saving_and_loading_changes_nothing(string smoothing, int order)
    {
        var path = Path.Combine(folder, "law.safetensors");
        var saved = new SparseNGramDistribution(SparseCases.Create(smoothing, order).Counts, SparseCases.Create(smoothing, order).Smoothing, ["a", "é", "\n", "\"", "<unk>"]);
        saved.Save(path);
        var loaded = (SparseNGramDistribution)DistributionFile.Load(path);
        Assert.AreEqual(saved.Smoothing, loaded.Smoothing);
        CollectionAssert.AreEqual(saved.Tokens!.ToArray(), loaded.Tokens!.ToArray());
        foreach (var (context, _) in BruteForce.Sequences(saved, order))
            CollectionAssert.AreEqual(BruteForce.Row(saved, context), BruteForce.Row(loaded, context));
        var window = Math.Max(order, 2);
        CollectionAssert.AreEqual(new SequenceSampler(saved, window, 1).Sample(100).Tokens.ToArray(), new SequenceSampler(loaded, window, 1).Sample(100).Tokens.ToArray());
    }
}
