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

    /// <summary>Bytes changed, cut off and added: a distribution whose rows sum to 1, or one sentence that names the file.</summary>
    [TestMethod]
    public void Mutated_files_give_a_law_or_a_sentence()
    {
        var path = Path.Combine(folder, "fuzz.safetensors");
        new SparseNGramDistribution(NGramCounts.Of(5, 3, SparseCases.Texts(7)), new KneserNey(), ["a", "b", "c", "d", "e"]).Save(path);
        var whole = File.ReadAllBytes(path);
        var random = new Random(2222);
        var (laws, faults) = (0, 0);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Mutate(whole, random);
            File.WriteAllBytes(path, bytes);
            try
            {
                var law = DistributionFile.Load(path);
                for (var i = 0; i < 5; i++)
                {
                    var context = Enumerable.Range(0, law.Order - 1).Select(_ => (ushort)random.Next(law.VocabularySize)).ToArray();
                    Assert.AreEqual(1, BruteForce.Row(law, context).Sum(), 1e-9);
                }
                if (law.VocabularySize < 1000)
                    _ = new SequenceSampler(law, Math.Max(2, law.Order), round).Sample(3);
                Assert.IsFalse(double.IsNaN(law.Entropy()));
                laws++;
            }
            catch (InvalidDataException exception)
            {
                StringAssert.StartsWith(exception.Message, path);
                faults++;
            }
        }
        Assert.IsTrue(laws > 10 && faults > 1000, $"{laws} laws, {faults} faults");
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(place, random.Next(bytes.Count - place) % 20);
                    break;
                case 1:
                    bytes.Insert(place, (byte)random.Next(256));
                    break;
                case 2:
                    bytes[place] = "0123456789-.,{}[]\"en"u8[random.Next(20)];
                    break;
                default:
                    bytes[place] = (byte)(random.Next(2) == 0 ? random.Next(256) : bytes[place] ^ (1 << random.Next(8)));
                    break;
            }
        }
        return [.. bytes];
    }
}
