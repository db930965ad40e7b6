using NGram.Data.Counts;
using NGram.Data.Files;
using NGram.Data.Sequences;
using NGram.Tests.Data.Counts;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Files;

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
        string path = Path.Combine(folder, "law.safetensors");
        var saved = new SparseNGramDistribution(
            SparseCases.Create(smoothing, order).Counts,
            SparseCases.Create(smoothing, order).Smoothing,
            ["a", "é", "\n", "\"", "<unk>"]);
        saved.Save(path);
        var loaded = (SparseNGramDistribution)DistributionFile.Load(path);
        Assert.AreEqual(saved.Smoothing, loaded.Smoothing);
        CollectionAssert.AreEqual(saved.Tokens!.ToArray(), loaded.Tokens!.ToArray());
        foreach (var (context, _) in LawBruteForce.Sequences(saved, order))
            CollectionAssert.AreEqual(LawBruteForce.Row(saved, context), LawBruteForce.Row(loaded, context));
        int window = Math.Max(order, 2);
        CollectionAssert.AreEqual(
            new SequenceSampler(saved, window, 1).Sample(100).Tokens.ToArray(),
            new SequenceSampler(loaded, window, 1).Sample(100).Tokens.ToArray());
    }
}
