using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Bounds;

namespace NGram.Tests.ML.Bounds;

[TestClass]
public sealed class MemorisedAccuracyTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(176)]
    [DataRow(2500)]
    [DataRow(9999)]
    public void A_uniform_look_up_has_the_paper_s_closed_form(int contexts)
    {
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(1);
        var phi = MemorisedAccuracy.Of(distribution, 2)!;
        Assert.AreEqual(0.02 + 0.98 * Math.Min(contexts, 2500) / 2500, phi.For(contexts), 1e-12);
        Assert.AreEqual(2500.0, phi.Prompts);
        Assert.IsTrue(phi.IsLookUp);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Any_law_agrees_with_brute_force(int order)
    {
        const int n = 4, length = 3;
        var distribution = Random(n, order, seed: 5 + order);
        var prompts = BruteForce(distribution, length);
        var phi = MemorisedAccuracy.Of(distribution, length)!;
        Assert.AreEqual(prompts.Count, phi.Prompts);
        Assert.IsFalse(phi.IsLookUp);
        foreach (int contexts in new[] { 0, 1, 2, 7, 33, prompts.Count, prompts.Count + 5 })
        {
            var memorised = prompts.OrderByDescending(prompt => prompt.Weight).Take(contexts).ToList();
            double expected =
                memorised.Sum(prompt => prompt.Weight * prompt.Best) + (1 - memorised.Sum(prompt => prompt.Weight)) / n;
            Assert.AreEqual(expected, phi.For(contexts), 1e-12, $"K = {contexts}");
        }
    }

    [TestMethod]
    public void A_skewed_prior_over_a_look_up_gives_more_to_the_first_contexts()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 2, Alphas = [0.5, 1], Supports = [5, 1] };
        var distribution = law.CreateDistribution(3);
        var phi = MemorisedAccuracy.Of(distribution, 1)!;
        // Weights 16, 8, 4, 2, 1 over 31.
        Assert.AreEqual(16 / 31.0 + 15 / 31.0 / 5, phi.For(1), 1e-12);
        Assert.AreEqual(28 / 31.0 + 3 / 31.0 / 5, phi.For(3), 1e-12);
        Assert.AreEqual(1, phi.For(5), 1e-12);
    }

    [TestMethod]
    public void Among_equal_prompts_the_certain_ones_come_first()
    {
        var distribution = ExplicitLaw.Of(2, [0.5, 0.5], [0.6, 0.4, 0, 1]).CreateDistribution(0);
        Assert.AreEqual(0.5 * 1 + 0.5 / 2, MemorisedAccuracy.Of(distribution, 1)!.For(1), 1e-12);
    }

    [TestMethod]
    public void Prompts_beyond_enumeration_are_counted_where_the_rows_are_equal()
    {
        // Every context is followed by 25 equally likely tokens.
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3, Supports = [50, 50, 25] }.CreateDistribution(1);
        var phi = MemorisedAccuracy.Of(distribution, 5)!;
        double prompts = 50.0 * 50 * 25 * 25 * 25;
        Assert.AreEqual(prompts, phi.Prompts);
        Assert.AreEqual(0.02 + (0.04 - 0.02) * 1e6 / prompts, phi.For(1_000_000), 1e-12);
    }

    [TestMethod]
    public void Too_many_prompts_of_different_certainty_are_unknown() =>
        // 8^9 prompts are more than 2^24.
        Assert.IsNull(MemorisedAccuracy.Of(Random(8, 2, seed: 1), 9));

    [TestMethod]
    [TestCategory("Slow")]
    public void A_sparse_law_counts_its_heaviest_prompts_each_for_itself()
    {
        // 1,500^2 prompts are more than 2^20.
        const int n = 1500;
        var random = new Random(4);
        ushort[] text = [.. Enumerable.Range(0, 30_000).Select(_ => (ushort)(n * Math.Pow(random.NextDouble(), 3)))];
        var distribution = new SparseNGramDistribution(NGramCounts.Of(n, 3, [text]), new KneserNey());
        var phi = MemorisedAccuracy.Of(distribution, 2)!;
        Assert.AreEqual((double)n * n, phi.Prompts);

        double[] row = new double[n];
        var heaviest = distribution.EnumeratePrompts(2).OrderByDescending(prompt => prompt.Probability).Take(50).ToList();
        double expected = 1.0 / n;
        foreach (var prompt in heaviest)
        {
            distribution.GetProbabilities(prompt.Tokens, row);
            expected += prompt.Probability * (row.Max() - 1.0 / n);
        }
        Assert.AreEqual(expected, phi.For(heaviest.Count), 1e-12);
        Assert.AreEqual(distribution.BestAccuracyAt(2), phi.For(n * n), 1e-9);
    }

    private static NGramDistribution Random(int n, int order, int seed)
    {
        var random = new Random(seed);
        var levels = Enumerable.Range(0, order).Select(i => Enumerable.Range(0, (int)Math.Pow(n, i)).SelectMany(_ =>
        {
            double[] row = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];
            return row.Select(x => x / row.Sum());
        }).ToArray());
        return ExplicitLaw.Of(n, [.. levels]).CreateDistribution(0);
    }

    private static List<(double Weight, double Best)> BruteForce(NGramDistribution distribution, int length)
    {
        int n = distribution.VocabularySize;
        var prompts = new List<(double, double)>();
        double[] row = new double[n];
        for (int code = 0; code < (int)Math.Pow(n, length); code++)
        {
            ushort[] tokens = [.. Enumerable.Range(0, length).Select(i => (ushort)(code / (int)Math.Pow(n, i) % n))];
            double weight = 1;
            for (int i = 0; i < length; i++)
            {
                distribution.GetProbabilities(tokens.AsSpan(0, i), row);
                weight *= row[tokens[i]];
            }
            distribution.GetProbabilities(tokens, row);
            prompts.Add((weight, row.Max()));
        }
        return prompts;
    }
}
