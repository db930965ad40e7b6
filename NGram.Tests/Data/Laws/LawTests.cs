using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Laws;

[TestClass]
public sealed class LawTests
{
    [TestMethod]
    public void The_defaults_are_the_notebooks()
    {
        var distribution = new PowerLaw().CreateDistribution(2222);
        Assert.AreEqual((50, 3), (distribution.VocabularySize, distribution.Order));
        Assert.AreEqual(0, distribution.Entropy());
        Assert.AreEqual(Math.Log(50), distribution.EntropyAt(1), 1e-12);
        Assert.AreEqual(2500, distribution.CountPrompts(2));
        Assert.AreEqual(2250, distribution.CountPrompts(2, 0.1));
        Assert.IsTrue(LawBruteForce.Row(distribution, [4]).All(p => Math.Abs(p - 0.02) < 1e-15));
        Assert.IsTrue(distribution.Levels[0].IsUniform && distribution.Levels[1].IsUniform);
        Assert.HasCount(2500, distribution.Levels[2].Tokens!);
    }

    [TestMethod]
    [DataRow(0.5, 5)]
    [DataRow(2.0, 5)]
    [DataRow(1.0, 3)]
    [DataRow(0.0, 4)]
    public void Power_rows_are_permuted_powers(double alpha, int support)
    {
        var distribution = new PowerLaw
        {
            VocabularySize = 5,
            Order = 2,
            Alphas = [alpha, alpha],
            Supports = [support, support],
        }.CreateDistribution(3);
        var weights = Enumerable.Range(0, 5).Select(k => k < support ? Math.Pow(alpha, k) : 0).ToList();
        for (ushort token = 0; token < 5; token++)
            AssertSameNumbers([.. weights.Select(w => w / weights.Sum())], LawBruteForce.Row(distribution, [token]));
    }

    [TestMethod]
    public void Zipf_rows_are_permuted_powers_of_the_rank()
    {
        var distribution = new ZipfLaw
        {
            VocabularySize = 6,
            Order = 2,
            Alphas = [1, -1.2],
            Supports = [6, 4],
        }.CreateDistribution(3);
        var weights = Enumerable.Range(1, 6).Select(k => k <= 4 ? Math.Pow(k, -1.2) : 0).ToList();
        for (ushort token = 0; token < 6; token++)
            AssertSameNumbers([.. weights.Select(w => w / weights.Sum())], LawBruteForce.Row(distribution, [token]));
        AssertSameNumbers([.. Enumerable.Range(1, 6).Select(k => k / 21.0)], LawBruteForce.Row(distribution, []));
    }

    [TestMethod]
    public void Extreme_alphas_stay_finite()
    {
        var distribution = new PowerLaw
        {
            VocabularySize = 2000,
            Order = 1,
            Alphas = [10],
            Supports = [2000],
        }.CreateDistribution(1);
        Assert.AreEqual(0.9, LawBruteForce.Row(distribution, []).Max(), 1e-12);
        Assert.AreEqual(
            1,
            LawBruteForce
                .Row(
                    new ZipfLaw
                    {
                        Order = 1,
                        Alphas = [1e6],
                        Supports = [50],
                    }.CreateDistribution(1),
                    [])
                .Max(),
            1e-12);
    }

    [TestMethod]
    public void Every_token_is_equally_likely_at_every_rank()
    {
        // 40,000 contexts, 20 tokens: 2,000 expected each, standard deviation 44; five of them.
        var distribution = new PowerLaw
        {
            VocabularySize = 200,
            Alphas = [1, 1, 0.5],
            Supports = [200, 200, 3],
        }.CreateDistribution(9);
        for (int rank = 0; rank < 3; rank++)
        {
            int[] counts = new int[20];
            for (int context = 0; context < 40_000; context++)
                counts[distribution.Levels[2].Tokens![context * 3 + rank] / 10]++;
            Assert.IsTrue(counts.All(count => Math.Abs(count - 2000) < 220), string.Join(" ", counts));
        }
    }

    [TestMethod]
    public void Random_head_logits_have_the_stated_spread()
    {
        var distribution = new RandomHeadLaw { VocabularySize = 30, Importance = 0.5, HeadTokens = 3 }.CreateDistribution(4);
        double[] squares = new double[3];
        foreach (var (context, _) in LawBruteForce.Sequences(distribution, 2))
        {
            double[] row = LawBruteForce.Row(distribution, context);
            for (int i = 0; i < 3; i++)
                squares[i] += Math.Pow(Math.Log(row[i] / row[29]), 2) / 900;
            Assert.AreEqual(row[3], row[29]);
        }
        // The relative standard deviation of a mean of 900 squared normals is sqrt(2 / 900) = 4.7%; four of them.
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(1, squares[i] / Math.Pow(0.25, i), 0.19);
        Assert.IsTrue(distribution.Levels[0].IsUniform && distribution.Levels[2].IsDense);
    }

    [TestMethod]
    public void Explicit_rows_are_renormalised_within_the_tolerance_only()
    {
        var distribution = ExplicitLaw.Of(2, [0.50004, 0.5]).CreateDistribution(0);
        Assert.AreEqual(0.50004 / 1.00004, LawBruteForce.Row(distribution, [])[0], 1e-15);
        var exception = Assert.ThrowsExactly<ArgumentException>(() =>
            ExplicitLaw.Of(2, [0.5, 0.5], [1, 0, 0.5, 0.4]).CreateDistribution(0));
        Assert.AreEqual("pi_1[1] sums to 0.9; a row must sum to 1 within 0.0001.", exception.Message);
        Assert.ThrowsExactly<ArgumentException>(() => ExplicitLaw.Of(2, [1.5, -0.5]).CreateDistribution(0));
        Assert.ThrowsExactly<ArgumentException>(() => ExplicitLaw.Of(2, [double.NaN, 1]).CreateDistribution(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExplicitLaw.Of(2, [0.5, 0.5], [1, 0]).CreateDistribution(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExplicitLaw().CreateDistribution(0));
    }

    [TestMethod]
    public void Single_precision_rows_are_recognised_as_permutations()
    {
        var law = new PowerLaw { VocabularySize = 40, Order = 2, Alphas = [0.9, 0.9], Supports = [40, 30] };
        var rounded = law.CreateDistribution(2);
        double[][] levels =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(i =>
                    LawBruteForce
                        .Sequences(rounded, i)
                        .SelectMany(s => LawBruteForce.Row(rounded, s.Tokens))
                        .Select(p => (double)(float)p)
                        .ToArray()),
        ];
        var distribution = ExplicitLaw.Of(40, levels).CreateDistribution(0);
        Assert.IsFalse(distribution.Levels[1].IsDense);
        CollectionAssert.AreEqual(rounded.Levels[1].Tokens, distribution.Levels[1].Tokens);
    }

    [TestMethod]
    public void Options_out_of_range_are_named()
    {
        Check(new PowerLaw { Alphas = [1, -0.5, 1] }, "Alphas[1] is -0.5; it must be a finite number from 0 on.");
        Check(new PowerLaw { Alphas = [1, 1] }, "Alphas.Count is 2; it must be 3, one for each level.");
        Check(new PowerLaw { Supports = [1, 0, 1] }, "Supports[1] is 0; it must be at least 1.");
        Check(new ZipfLaw { Alphas = [1, double.NaN, 1] }, "Alphas[1] is NaN; it must be a finite number.");
        Check(new PowerLaw { Order = 0 }, "Order is 0; it must be at least 1.");
        Check(new PowerLaw { VocabularySize = 70_000 }, "VocabularySize is 70000; it must be from 2 to 65536.");
        Check(new RandomHeadLaw { Supports = [1, 1, 1] }, "Supports.Count is 3; it must be 2, one for each level.");
        Check(new RandomHeadLaw { HeadTokens = -1 }, "HeadTokens is -1; it must be at least 0.");
        Check(new RandomHeadLaw { Importance = -1 }, "Importance is -1;");

        static void Check(NGramLaw law, string message) =>
            StringAssert.Contains(
                Assert.Throws<ArgumentOutOfRangeException>(() => law.CreateDistribution(1)).Message,
                message);
    }

    [TestMethod]
    public void Orders_beyond_any_table_work_where_no_table_is_needed()
    {
        var distribution = new PowerLaw
        {
            VocabularySize = 65_536,
            Order = 12,
            Supports = [.. Enumerable.Repeat(70_000, 12)],
        }.CreateDistribution(1);
        Assert.AreEqual(Math.Log(65_536), distribution.EntropyAt(30), 1e-9);
        Assert.AreEqual(Math.Pow(65_536, 20), distribution.CountPrompts(20));
        var exception = Assert.ThrowsExactly<ArgumentException>(() => distribution.EnumeratePrompts(2));
        StringAssert.Contains(exception.Message, "There are 4294967296 prompts of 2 tokens, more than the limit of 100000000.");
    }

    [TestMethod]
    public void Too_many_to_count_is_null_and_an_argument_out_of_range_is_an_error()
    {
        var uniform = new PowerLaw { VocabularySize = 65_536, Order = 12, Supports = [.. Enumerable.Repeat(70_000, 12)] };
        INGramDistribution large = new LawBruteForce.Foreign(uniform.CreateDistribution(1));
        Assert.IsNull(large.TryCountPrompts(11), "a number for each of 65,536^11 contexts");
        Assert.IsNull(large.TryPromptSpectrum(11));
        Assert.IsNull(large.TryCountPrompts(11, 0.1));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => large.CountPrompts(11)).Message,
            "a number for each of the 65536^11 contexts does not fit into memory");
        INGramDistribution small = new PowerLaw().CreateDistribution(1);
        foreach (var distribution in new[] { large, small, new LawBruteForce.Foreign(small) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => distribution.TryCountPrompts(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => distribution.TryPromptSpectrum(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => distribution.TryCountPrompts(1, 2));
        }
    }

    private static void AssertSameNumbers(double[] expected, double[] row)
    {
        foreach (var (e, a) in expected.Order().Zip(row.Order()))
            Assert.AreEqual(e, a, 1e-14);
    }
}
