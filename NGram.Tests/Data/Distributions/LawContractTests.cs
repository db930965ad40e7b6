using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Laws;

namespace NGram.Tests.Data.Distributions;

/// <summary>What every law promises.</summary>
[TestClass]
public sealed class LawContractTests
{
    public static IEnumerable<object[]> Names => LawCases.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_are_probabilities(string name)
    {
        var distribution = LawCases.Create(name);
        Assert.AreEqual(LawCases.All[name].Order, distribution.Order);
        for (int i = 0; i < distribution.Order; i++)
        {
            foreach (var (context, _) in LawBruteForce.Sequences(distribution, i))
            {
                double[] row = LawBruteForce.Row(distribution, context);
                Assert.AreEqual(1, row.Sum(), 1e-12);
                Assert.IsTrue(row.All(p => p >= 0));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Only_the_last_tokens_of_a_context_count(string name)
    {
        var distribution = LawCases.Create(name);
        ushort[] context = [.. Enumerable.Repeat((ushort)1, distribution.Order - 1)];
        CollectionAssert.AreEqual(LawBruteForce.Row(distribution, context), LawBruteForce.Row(distribution, [2, 0, .. context]));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_seed_decides(string name)
    {
        CollectionAssert.AreEqual(Rows(LawCases.Create(name, 5)), Rows(LawCases.Create(name, 5)));
        if (LawCases.All[name] is not ExplicitLaw)
            CollectionAssert.AreNotEqual(Rows(LawCases.Create(name, 5)), Rows(LawCases.Create(name, 6)));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Saving_and_loading_changes_nothing(string name)
    {
        string path = Path.GetTempFileName();
        try
        {
            var saved = LawCases.Create(name);
            saved.Save(path);
            var loaded = (NGramDistribution)DistributionFile.Load(path);
            CollectionAssert.AreEqual(Rows(saved), Rows(loaded));
            for (int i = 0; i < saved.Order; i++)
            {
                Assert.AreEqual(saved.Levels[i].IsDense, loaded.Levels[i].IsDense);
                CollectionAssert.AreEqual(saved.Levels[i].Weights, loaded.Levels[i].Weights);
                CollectionAssert.AreEqual(saved.Levels[i].Tokens, loaded.Levels[i].Tokens);
            }
            Assert.AreEqual(saved.Provenance?.Seed, loaded.Provenance?.Seed);
            if (saved.Provenance is { } provenance)
                CollectionAssert.AreEqual(Rows(saved), Rows(loaded.Provenance!.Law.CreateDistribution(provenance.Seed)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Entropies_are_those_of_the_definition(string name)
    {
        var distribution = LawCases.Create(name);
        for (int position = 0; Math.Pow(distribution.VocabularySize, position) < 5000; position++)
        {
            Assert.AreEqual(LawBruteForce.EntropyAt(distribution, position), distribution.EntropyAt(position), 1e-12);
            Assert.AreEqual(
                LawBruteForce.EntropyAt(distribution, position),
                ((INGramDistribution)new LawBruteForce.Foreign(distribution)).EntropyAt(position),
                1e-12);
        }
        Assert.AreEqual(distribution.EntropyAt(distribution.Order - 1), distribution.Entropy());
        Assert.HasCount(distribution.Order, distribution.ConditionalEntropies());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Prompts_are_those_of_the_definition(string name)
    {
        var distribution = LawCases.Create(name);
        for (int length = 0; Math.Pow(distribution.VocabularySize, length) < 5000; length++)
        {
            var expected = LawBruteForce.Sequences(distribution, length).Where(s => s.Probability > 0).ToList();
            foreach (var law in new INGramDistribution[] { distribution, new LawBruteForce.Foreign(distribution) })
            {
                Assert.AreEqual(expected.Count, law.CountPrompts(length));
                var prompts = law.EnumeratePrompts(length).ToList();
                Assert.HasCount(expected.Count, prompts);
                for (int i = 0; i < prompts.Count; i++)
                {
                    CollectionAssert.AreEqual(expected[i].Tokens, prompts[i].Tokens);
                    Assert.AreEqual(expected[i].Probability, prompts[i].Probability, 1e-15);
                }
                foreach (double epsilon in new[] { 0, 0.01, 0.1, 0.25, 0.5, 0.9, 1 })
                {
                    Assert.AreEqual(
                        epsilon == 0 ? expected.Count : LawBruteForce.CountFor(distribution, length, epsilon),
                        law.CountPrompts(length, epsilon),
                        $"length {length}, epsilon {epsilon}");
                }

                var spectrum = law.PromptSpectrum(length);
                Assert.AreEqual(expected.Count, spectrum.Count);
                Assert.AreEqual(
                    expected.OrderByDescending(s => s.Probability).Take(3).Sum(s => s.Probability),
                    spectrum.MassOf(3),
                    1e-12);
                var probabilities = law.PromptProbabilities(length).ToList();
                Assert.HasCount(expected.Count, probabilities);
                CollectionAssert.AreEqual(probabilities.OrderDescending().ToList(), probabilities);
            }
        }
    }

    [TestMethod]
    [DataRow(50_000, 4, new[] { 50_000, 50_000, 50_000, 50_000 })]
    [DataRow(65_536, 9, null)]
    [Timeout(20_000)]
    public void What_cannot_fit_is_refused_at_once(int vocabularySize, int order, int[]? supports)
    {
        NGramLaw[] laws =
        [
            new PowerLaw
            {
                VocabularySize = vocabularySize,
                Order = order,
                Supports = supports,
                Alphas = [.. Enumerable.Repeat(0.9, order)],
            },
            new ZipfLaw
            {
                VocabularySize = vocabularySize,
                Order = order,
                Supports = supports,
            },
            new RandomHeadLaw { VocabularySize = vocabularySize, Order = order },
        ];
        foreach (var law in laws)
        {
            if (law is ZipfLaw && supports is not null)
                continue;
            var exception = Assert.ThrowsExactly<OptionException>(() => law.CreateDistribution(1));
            StringAssert.Contains(exception.Message, "GB");
            StringAssert.Contains(exception.Message, $"VocabularySize {vocabularySize}");
        }
    }

    private static List<double> Rows(NGramDistribution distribution) =>
        [
            .. Enumerable
                .Range(0, distribution.Order)
                .SelectMany(i => LawBruteForce.Sequences(distribution, i))
                .SelectMany(s => LawBruteForce.Row(distribution, s.Tokens)),
        ];
}
