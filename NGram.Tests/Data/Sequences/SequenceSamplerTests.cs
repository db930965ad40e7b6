using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Sequences;

[TestClass]
public sealed class SequenceSamplerTests
{
    public static IEnumerable<object[]> Names => LawCases.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Sequences_have_the_probabilities_of_the_law(string name)
    {
        var distribution = LawCases.Create(name);
        foreach (int window in new[] { Math.Max(distribution.Order, 2), Math.Max(distribution.Order, 2) + 1, 6 })
            AssertFrequencies(distribution, distribution, window, rows: 200_000);
        AssertFrequencies(
            distribution,
            new LawBruteForce.Foreign(distribution),
            Math.Max(distribution.Order, 2) + 1,
            rows: 20_000);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_depend_on_distribution_seed_and_number_alone(string name)
    {
        var distribution = LawCases.Create(name);
        foreach (var law in new INGramDistribution[] { distribution, new LawBruteForce.Foreign(distribution) })
        {
            var sampler = new SequenceSampler(law, 5, seed: 9);
            ushort[] rows = sampler.Sample(5000, threads: 1).Tokens.ToArray();
            foreach (int threads in new[] { 2, 3 })
                CollectionAssert.AreEqual(rows, sampler.Sample(5000, threads).Tokens.ToArray());
            CollectionAssert.AreEqual(rows[..(3000 * 5)], sampler.Sample(3000).Tokens.ToArray());
            foreach (var (first, count) in new[] { (0, 1), (2047, 2), (1, 4999), (2048, 2048), (4999, 1) })
            {
                ushort[] part = new ushort[count * 5];
                sampler.Fill(first, part);
                CollectionAssert.AreEqual(rows[(first * 5)..((first + count) * 5)], part);
            }
            if (distribution.CountPrompts(5) > 3)
                CollectionAssert.AreNotEqual(rows, new SequenceSampler(law, 5, seed: 10).Sample(5000).Tokens.ToArray());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_loaded_distribution_gives_the_same_rows(string name)
    {
        string path = Path.GetTempFileName();
        try
        {
            var distribution = LawCases.Create(name);
            distribution.Save(path);
            CollectionAssert.AreEqual(
                new SequenceSampler(distribution, 5, 3).Sample(1000).Tokens.ToArray(),
                new SequenceSampler(DistributionFile.Load(path), 5, 3).Sample(1000).Tokens.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void The_notebooks_rows_never_change()
    {
        var sample = new SequenceSampler(new PowerLaw().CreateDistribution(2222), 3, 2222).Sample(3);
        CollectionAssert.AreEqual(new ushort[] { 45, 46, 40, 31, 45, 42, 8, 41, 18 }, sample.Tokens.ToArray());
    }

    [TestMethod]
    public void The_seeds_share_of_pairs_at_200_tokens_is_the_papers()
    {
        var sample = new SequenceSampler(new PowerLaw { VocabularySize = 200 }.CreateDistribution(1), 3, 1).Sample(65_536);
        var pairs = new HashSet<int>();
        for (int row = 0; row < sample.Rows; row++)
            pairs.Add(sample[row][0] * 200 + sample[row][1]);
        // 1 - exp(-65536 / 40000) = 80.6%, with a standard deviation of 0.15%; five of them.
        Assert.AreEqual(0.806, pairs.Count / 40_000.0, 0.0075);
    }

    [TestMethod]
    public void A_large_vocabulary_and_a_high_order_are_sampled()
    {
        var wide = new SequenceSampler(
            new PowerLaw
            {
                VocabularySize = 65_536,
                Order = 2,
                Supports = [65_536, 1],
            }.CreateDistribution(1),
            4,
            1
        ).Sample(20_000);
        Assert.IsTrue(wide.Tokens.ToArray().Any(token => token > 65_000));
        var high = new PowerLaw
        {
            VocabularySize = 50,
            Order = 9,
            Supports = [.. Enumerable.Repeat(50, 9)],
        }.CreateDistribution(1);
        var counts = new SequenceSampler(high, 12, 1).Sample(5000).Tokens.ToArray().CountBy(token => token).ToDictionary();
        // 1,200 expected, standard deviation 34; six of them.
        Assert.IsTrue(Enumerable.Range(0, 50).All(token => Math.Abs(counts[(ushort)token] - 1200) < 206));
    }

    [TestMethod]
    public void Bad_arguments_are_named()
    {
        var distribution = LawCases.Create("power, order 4");
        StringAssert.Contains(
            Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceSampler(distribution, 3, 1)).Message,
            "contextWindow is 3; it must be at least 4.");
        StringAssert.Contains(
            Assert
                .Throws<ArgumentOutOfRangeException>(() => new SequenceSampler(LawCases.Create("power, order 1"), 1, 1))
                .Message,
            "at least 2");
        var sampler = new SequenceSampler(distribution, 4, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(1, threads: 0));
        Assert.ThrowsExactly<ArgumentException>(() => sampler.Sample(int.MaxValue));
        Assert.ThrowsExactly<ArgumentException>(() => sampler.Fill(0, new ushort[5]));
        Assert.ThrowsExactly<OperationCanceledException>(() => sampler.Sample(1 << 20, cancellationToken: new(canceled: true)));
        Assert.AreEqual(0, sampler.Sample(0).Rows);
    }

    /// <summary>Pearson's chi-squared over all sequences of the window (those rarer than 10 in the sample together).</summary>
    private static void AssertFrequencies(NGramDistribution law, INGramDistribution sampled, int window, int rows)
    {
        int n = law.VocabularySize;
        var counts = Codes(new SequenceSampler(sampled, window, seed: 77).Sample(rows), n).CountBy(code => code).ToDictionary();
        var (statistic, degrees, rareExpected, rareCount) = (0.0, -1, 0.0, 0);
        foreach (var prompt in law.EnumeratePrompts(window))
        {
            long code = prompt.Tokens.Aggregate(0L, (sum, token) => sum * n + token);
            counts.Remove(code, out int count);
            double expected = prompt.Probability * rows;
            if (expected < 10)
            {
                rareExpected += expected;
                rareCount += count;
                continue;
            }
            statistic += (count - expected) * (count - expected) / expected;
            degrees++;
        }
        if (rareExpected > 10)
        {
            statistic += (rareCount - rareExpected) * (rareCount - rareExpected) / rareExpected;
            degrees++;
        }
        Assert.IsEmpty(counts, "sequences of probability 0");
        // Mean d and variance 2 d; five standard deviations, and a little for the skew at small d.
        Assert.IsTrue(
            statistic <= degrees + 5 * Math.Sqrt(2 * Math.Max(degrees, 1)) + 10,
            $"window {window}: chi-squared {statistic:F1} at {degrees} degrees");
    }

    private static IEnumerable<long> Codes(TokenMatrix sample, int n)
    {
        for (int row = 0; row < sample.Rows; row++)
        {
            long code = 0L;
            foreach (ushort token in sample[row])
                code = code * n + token;
            yield return code;
        }
    }
}
