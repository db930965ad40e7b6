using System.Text.Json;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Laws;
using NGram.Data.Safetensors;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Files;

[TestClass]
public sealed class DistributionFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ngram-distribution-").FullName;

    /// <summary>The original's cases in NGRAM_PARITY_DIR, or the copies beside the tests.</summary>
    public static IEnumerable<object[]> Cases
    {
        get
        {
            string folder =
                Environment.GetEnvironmentVariable("NGRAM_PARITY_DIR")
                ?? Path.GetFullPath("../../../Parity", AppContext.BaseDirectory);
            string[] paths = Directory.Exists(folder)
                ? Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories)
                : [];
            return (paths.Length > 0 ? paths.Order(StringComparer.Ordinal) : Enumerable.Repeat("no files", 1)).Select(path =>
                new object[] { path });
        }
    }

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [TestCategory("Parity")]
    [DynamicData(nameof(Cases))]
    public void Entropies_are_the_originals(string path)
    {
        if (!File.Exists(path))
            Assert.Inconclusive("Neither NGRAM_PARITY_DIR nor the tests' Parity folder has the original's cases.");
        var distribution = (NGramDistribution)DistributionFile.Load(path);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")));
        Assert.AreEqual(json.RootElement.GetProperty("ngram").GetInt32(), distribution.Order);
        Assert.AreEqual(json.RootElement.GetProperty("vocabulary_size").GetInt32(), distribution.VocabularySize);
        // Float32 rows, and 1e-10 inside the original's logarithm.
        Assert.AreEqual(json.RootElement.GetProperty("entropy").GetDouble(), distribution.Entropy(), 2e-5);
        Assert.IsFalse(distribution.Levels.Any(level => level.IsDense), "the original's rows are permutations of one");
    }

    [TestMethod]
    public void Faults_are_named()
    {
        Check("there is no tensor pi_0", ("x", [2], [0.5, 0.5]));
        Check("pi_1 has the shape [2]; it must be [2, 2].", ("pi_0", [2], [0.5, 0.5]), ("pi_1", [2], [0.5, 0.5]));
        Check("pi_0 has the shape []", ("pi_0", [], [1]));
        Check("pi_1[0] sums to 0.5", ("pi_0", [2], [0.5, 0.5]), ("pi_1", [2, 2], [0.5, 0, 1, 0]));
        Check("VocabularySize is 0", ("pi_0", [0], []));
        Check("VocabularySize is 65537", ("pi_0", [65537], [1, .. new double[65536]]));
        Check("pi_0[] holds NaN", ("pi_0", [2], [0.5, double.NaN]));
        Check("pi_0[] holds 1.5", ("pi_0", [2], [1.5, -0.5]));
        Check("pi_1[1] holds", ("pi_0", [2], [0.5, 0.5]), ("pi_1", [2, 2], [0.5, 0.5, double.PositiveInfinity, 0]));
        Check("pi_1[1] sums to 0;", ("pi_0", [2], [0.5, 0.5]), ("pi_1", [2, 2], [0.5, 0.5, 0, 0]));
        Check(
            "pi_2[1, 0] holds -1",
            ("pi_0", [2], [0.5, 0.5]),
            ("pi_1", [2, 2], [0.5, 0.5, 1, 0]),
            ("pi_2", [2, 2, 2], [0.5, 0.5, 1, 0, -1, 2, 0, 1]));
        Check("pi_1 has the shape [3, 2]; it must be [2, 2].", ("pi_0", [2], [0.5, 0.5]), ("pi_1", [3, 2], [1, 0, 1, 0, 1, 0]));
    }

    [TestMethod]
    [DataRow("""{"law":"power","vocabularySize":3,"order":1}""", "7", "do not describe its tensors")]
    [DataRow("""{"law":"power","vocabularySize":2,"order":1}""", "x", "do not describe its tensors")]
    [DataRow("""{"law":"power","vocabularySize":2,"order":1,"alphas":[-1]}""", "7", "Alphas[0] is -1")]
    [DataRow("""{"law":"System.Diagnostics.Process"}""", "7", "")]
    [DataRow("null", "7", "do not describe its tensors")]
    [DataRow("{", "7", "")]
    public void A_law_that_is_none_is_refused(string law, string seed, string message)
    {
        string path = Path.Combine(folder, "law.safetensors");
        SafetensorsFile.Write(
            path,
            [new("pi_0", SafetensorsTensor.FromDoubles([2], [0.5, 0.5]))],
            new Dictionary<string, string> { ["law"] = law, ["seed"] = seed });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => DistributionFile.Load(path)).Message, message);
    }

    [TestMethod]
    public void Any_implementation_can_be_saved()
    {
        string path = Path.Combine(folder, "foreign.safetensors");
        var law = LawBruteForce.RandomRows(4, 3, seed: 8).CreateDistribution(0);
        new LawBruteForce.Foreign(law).Save(path);
        var loaded = (NGramDistribution)DistributionFile.Load(path);
        Assert.IsNull(loaded.Provenance);
        CollectionAssert.AreEqual(LawBruteForce.Row(law, [3, 1]), LawBruteForce.Row(loaded, [3, 1]));
    }

    private void Check(string message, params (string Name, long[] Shape, double[] Values)[] tensors)
    {
        string path = Path.Combine(folder, "bad.safetensors");
        SafetensorsFile.Write(
            path,
            tensors.Select(t => KeyValuePair.Create(t.Name, SafetensorsTensor.FromSingles(t.Shape, t.Values))));
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => DistributionFile.Load(path));
        StringAssert.Contains(exception.Message, message);
        StringAssert.Contains(exception.Message, path);
    }
}
