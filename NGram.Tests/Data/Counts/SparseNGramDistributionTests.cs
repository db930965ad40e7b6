using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Sequences;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Counts;

[TestClass]
public sealed class SparseNGramDistributionTests
{
    public static IEnumerable<object[]> Cases => SparseCases.All;

    [TestMethod]
    public void Counts_are_those_of_the_text()
    {
        // a b a b c | b c
        var counts = NGramCounts.Of(3, 3, [[0, 1, 0, 1, 2], [1, 2]]);
        Assert.AreEqual(7, counts.Tokens);
        Assert.AreEqual(3, counts.CountOf([1]));
        Assert.AreEqual(2, counts.CountOf([0, 1]));
        Assert.AreEqual(2, counts.CountOf([1, 2]));
        Assert.AreEqual(0, counts.CountOf([2, 1]), "the end of a text is no place for a sequence");
        Assert.AreEqual(1, counts.CountOf([0, 1, 2]));
        CollectionAssert.AreEqual(new[] { 3, 3, 3 }, Enumerable.Range(1, 3).Select(counts.Different).ToArray());
    }

    /// <summary>Worked by hand from the definition, on a b a b c with D = 1/2.</summary>
    [TestMethod]
    public void Kneser_Ney_is_that_of_the_definition()
    {
        var law = new SparseNGramDistribution(NGramCounts.Of(4, 2, [[0, 1, 0, 1, 2]]), new KneserNey { Discount = 0.5 });
        // pi_0: counts a 2, b 2, c 1 of 5; three times 1/2 are left for four tokens.
        AreClose([1.5 / 5 + 1.5 / 5 / 4, 1.5 / 5 + 1.5 / 5 / 4, 0.5 / 5 + 1.5 / 5 / 4, 1.5 / 5 / 4], law, []);
        // Before a: b and the beginning; before b: a; before c: b. Of 4: left are 3/8, a quarter of it for each token.
        double a = 1.5 / 4 + 0.375 / 4, b = 0.5 / 4 + 0.375 / 4, c = b, d = 0.375 / 4;
        // After a: b twice. After b: a once, c once. After c nothing, and d is in no text.
        AreClose([0.25 * a, 0.75 + 0.25 * b, 0.25 * c, 0.25 * d], law, [0]);
        AreClose([0.25 + 0.5 * a, 0.5 * b, 0.25 + 0.5 * c, 0.5 * d], law, [1]);
        AreClose([a, b, c, d], law, [2]);
        AreClose([a, b, c, d], law, [3]);
    }

    [TestMethod]
    public void The_discount_is_estimated_from_the_counts_of_counts()
    {
        // Unigrams: a 3, b 2, c 1, d 1: D = 2 / (2 + 2 * 1) = 1/2.
        var law = new SparseNGramDistribution(NGramCounts.Of(4, 1, [[0, 1, 0, 2, 0, 1, 3]]), new KneserNey());
        AreClose([2.5 / 7 + 2.0 / 28, 1.5 / 7 + 2.0 / 28, 0.5 / 7 + 2.0 / 28, 0.5 / 7 + 2.0 / 28], law, []);
    }

    [TestMethod]
    public void Add_k_and_no_smoothing_are_those_of_the_definition()
    {
        var counts = NGramCounts.Of(4, 2, [[0, 1, 0, 1, 2]]);
        var added = new SparseNGramDistribution(counts, new AddK { Pseudocount = 0.5 });
        AreClose([2.5 / 7, 2.5 / 7, 1.5 / 7, 0.5 / 7], added, []);
        AreClose([1.5 / 4, 0.5 / 4, 1.5 / 4, 0.5 / 4], added, [1]);
        AreClose([0.25, 0.25, 0.25, 0.25], added, [2]);
        var frequencies = new SparseNGramDistribution(counts, new MaximumLikelihood());
        AreClose([0.4, 0.4, 0.2, 0], frequencies, []);
        AreClose([0.5, 0, 0.5, 0], frequencies, [1]);
        AreClose([0.4, 0.4, 0.2, 0], frequencies, [2]);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Rows_sum_to_one_and_know_their_largest_probability(string smoothing, int order)
    {
        var law = SparseCases.Create(smoothing, order);
        for (int length = 0; length <= order; length++)
        {
            foreach (var (context, _) in LawBruteForce.Sequences(law, length))
            {
                double[] row = LawBruteForce.Row(law, context);
                Assert.AreEqual(1, row.Sum(), 1e-14);
                Assert.AreEqual(row.Max(), law.LargestProbability(context), 1e-15);
                Assert.IsTrue(row.All(p => p >= (smoothing == "none" ? 0 : 1e-6)));
                Assert.AreEqual(smoothing == "none", row[4] == 0, "only without smoothing has what is in no text no probability");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Entropies_and_prompts_are_those_of_the_rows(string smoothing, int order)
    {
        var law = SparseCases.Create(smoothing, order);
        for (int length = 0; length <= 5; length++)
        {
            Assert.AreEqual(LawBruteForce.EntropyAt(law, length), law.EntropyAt(length), 1e-12);
            var sequences = LawBruteForce.Sequences(law, length).Where(s => s.Probability > 0).ToList();
            Assert.AreEqual(sequences.Count, law.CountPrompts(length));
            Assert.AreEqual(LawBruteForce.CountFor(law, length, 0.1), law.CountPrompts(length, 0.1));
            Assert.AreEqual(
                sequences.Sum(s => s.Probability * LawBruteForce.Row(law, s.Tokens).Max()),
                law.BestAccuracyAt(length),
                1e-12);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Samples_follow_the_rows(string smoothing, int order)
    {
        const int Rows = 40_000;
        var law = SparseCases.Create(smoothing, order);
        int window = Math.Max(order, 2) + 1;
        var sample = new SequenceSampler(law, window, seed: 3).Sample(Rows);
        var seen = new Dictionary<string, int>();
        for (int row = 0; row < Rows; row++)
            seen[string.Join(' ', sample[row].ToArray())] = seen.GetValueOrDefault(string.Join(' ', sample[row].ToArray())) + 1;
        foreach (var (tokens, probability) in LawBruteForce.Sequences(law, window))
        {
            // Five standard deviations, and ten rows for the long tail of rare sequences: one in a million of them goes beyond.
            double tolerance = 5 * Math.Sqrt(Rows * probability * (1 - probability)) + 10;
            Assert.AreEqual(
                Rows * probability,
                seen.GetValueOrDefault(string.Join(' ', tokens)),
                tolerance,
                string.Join(' ', tokens));
        }
    }

    [TestMethod]
    public void What_no_array_holds_is_sampled_and_measured()
    {
        const int N = 5000;
        var random = new Random(1);
        ushort[] text = [.. Enumerable.Range(0, 200_000).Select(_ => (ushort)(N * Math.Pow(random.NextDouble(), 3)))];
        var law = new SparseNGramDistribution(NGramCounts.Of(N, 3, [text]), new KneserNey());
        Assert.AreEqual((double)N * N, law.CountPrompts(2));
        Assert.AreEqual((double)N * N * N, law.CountPrompts(3));
        var sample = new SequenceSampler(law, 3, 5).Sample(20_000);
        double[] row = new double[N];
        double entropy = 0.0;
        for (int i = 0; i < 2000; i++)
        {
            law.GetProbabilities(sample[i][..2], row);
            Assert.AreEqual(1, row.Sum(), 1e-12);
            entropy += Entropies.OfRow(row) / 2000;
        }
        // Row entropies differ by far less than 2 nats, so that the mean of 2000 is within 0.2 of the expectation.
        Assert.AreEqual(law.Entropy(), entropy, 0.2);
    }

    [TestMethod]
    public void What_makes_no_distribution_is_refused()
    {
        var counts = NGramCounts.Of(3, 2, [[0, 1, 2]]);
        Refused("Pseudocount is 0; it must be above 0", () => new SparseNGramDistribution(counts, new AddK { Pseudocount = 0 }));
        Refused(
            "Discount is 1; it must be above 0 and below 1",
            () => new SparseNGramDistribution(counts, new KneserNey { Discount = 1 }));
        Refused("tokens.Count is 1; it must be 3", () => new SparseNGramDistribution(counts, new KneserNey(), ["a"]));
        Refused(
            "token is 3; it must be from 0 to 2",
            () =>
                NGramCounts.Of(
                    3,
                    2,
                    [
                        [0, 3],
                    ]));
        Refused(
            "Order is 4; it must be at most the number of tokens of the longest text",
            () =>
                NGramCounts.Of(
                    3,
                    4,
                    [
                        [0, 1, 2],
                        [1],
                    ]));
    }

    private static void Refused(string message, Func<object> make) =>
        StringAssert.Contains(Assert.Throws<ArgumentOutOfRangeException>(make).Message, message);

    private static void AreClose(double[] expected, SparseNGramDistribution law, ushort[] context)
    {
        double[] row = LawBruteForce.Row(law, context);
        for (int token = 0; token < expected.Length; token++)
            Assert.AreEqual(expected[token], row[token], 1e-15, $"token {token}");
    }
}
