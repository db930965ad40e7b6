using NGram.Data.Laws;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.Tests.ML.Optimum;

/// <summary>Laws with impossible tokens, whose best encoders have ever larger weights.</summary>
[TestClass]
public sealed class InfimumAtInfinityTests
{
    [TestMethod]
    public void Three_pairs_of_tokens_on_a_line_come_to_a_third_of_log_2()
    {
        // With d = 1 the tokens are points on a line. Both neighbours of a pair that is not adjacent can only be told apart from
        // the token between them if that one merges with either; then each of two of the three contexts loses half of log 2.
        double scanned = Enumerable.Range(1, 20).Min(i => OnLine(Math.Pow(0.5, i)));
        Assert.AreEqual(Math.Log(2) / 3, scanned, 1e-5, "by scanning the place of the middle token");
        var optimum = Find(Pairs(), 3, order: 2, dimension: 1, new());
        Assert.IsInRange(Math.Log(2) / 3, Math.Log(2) / 3 + 2e-3, optimum.Divergence);
        Assert.AreEqual(Math.Log(2) / 3, optimum.Limit!.Value, 1e-4);
    }

    [TestMethod]
    public void A_smaller_penalty_comes_closer()
    {
        double Least(double penalty) => Find(Pairs(), 3, order: 2, dimension: 1, new() { LeastPenalty = penalty }).Divergence;
        double[] found = [Least(1e-2), Least(1e-4), Least(1e-6), Least(1e-8)];
        Assert.AreSequenceEqual(found.OrderDescending(), found);
        Assert.IsLessThan(0.01, found[3] - Math.Log(2) / 3);
    }

    [TestMethod]
    [DataRow(7, 3)]
    [DataRow(9, 2)]
    [DataRow(5, 1)]
    public void On_the_moment_curve_twice_as_many_dimensions_as_possible_tokens_are_enough(int tokens, int possible)
    {
        // Every set of so many tokens, with random odds: logits q(x) - R prod (x - u)^2, a polynomial of degree 2 s.
        var random = new Random(1);
        double[] places = [.. Enumerable.Range(0, tokens).Select(token => token - (tokens - 1) / 2.0)];
        for (int i = 0; i < 200; i++)
        {
            int[] set = [.. Enumerable.Range(0, tokens).OrderBy(_ => random.Next()).Take(possible)];
            double[] odds = [.. set.Select(_ => 0.1 + random.NextDouble())];
            double[] logs = [.. odds.Select(odd => Math.Log(odd / odds.Sum()))];
            double Logit(double x) => set.Select((u, k) => logs[k] * set.Where(v => v != u)
                .Aggregate(1.0, (product, v) => product * (x - places[v]) / (places[u] - places[v]))).Sum()
                - 1000 * set.Aggregate(1.0, (product, u) => product * (x - places[u]) * (x - places[u]));
            double sum = places.Sum(x => Math.Exp(Logit(x)));
            double divergence = set.Select((u, k) => Math.Exp(logs[k]) * (logs[k] - Logit(places[u]) + Math.Log(sum))).Sum();
            Assert.AreEqual(0, divergence, 1e-9);
        }
        Assert.IsNotNull(ZeroInfimum.Statement(2 * possible, 20, possible));
        Assert.IsNull(ZeroInfimum.Statement(2 * possible - 1, 20, possible));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_small_law_comes_to_where_another_program_does()
    {
        // Newton's method with full Hessians in NumPy, for penalties down to 1e-8, falls by ratios of 0.49 to 0.50 to 0.13313, so
        // that about 0.1325 is the end; it stops at a divergence of 0.13293.
        var law = new PowerLaw { VocabularySize = 5, Alphas = [0.9, 0.9, 0.7], Supports = [5, 5, 3] }.CreateDistribution(7);
        var optimum = Find(law, 5, order: 3, dimension: 2, new());
        Assert.AreEqual(0.1325, optimum.Limit!.Value, 2e-4);
        Assert.IsInRange(0.1324, 0.13293, optimum.Divergence);
        Assert.IsGreaterThanOrEqualTo(2, optimum.Agreeing);
    }

    [TestMethod]
    public void The_limit_of_a_geometric_fall_is_exact_and_one_that_does_not_slow_down_has_none()
    {
        Assert.AreEqual(2, EncoderSearch.LimitOf([2 + 1.6, 2 + 0.8, 2 + 0.4, 2 + 0.2])!.Value, 1e-12);
        Assert.AreEqual(2, EncoderSearch.LimitOf([2 + 0.8, 2 + 0.4, 2 + 0.2, 2 + 0.15])!.Value, 0.06, "the last fall stalled");
        Assert.IsNull(EncoderSearch.LimitOf([3, 2, 1]));
        Assert.IsNull(EncoderSearch.LimitOf([3, 2]));
    }

    // After token 0 the tokens 0 and 1 are possible, after 1 the tokens 1 and 2, after 2 the tokens 0 and 2, half and half.
    private static NGramDistribution Pairs() => ExplicitLaw
        .Of(3, [1.0 / 3, 1.0 / 3, 1.0 / 3], [0.5, 0.5, 0, 0, 0.5, 0.5, 0.5, 0, 0.5]).CreateDistribution(0);

    // The least divergence with tokens at 0, place and 1: the best embedding of each context by ternary search.
    private static double OnLine(double place)
    {
        double[] at = [0, place, 1];
        double sum = 0;
        foreach (var (a, b) in new[] { (0, 1), (1, 2), (0, 2) })
        {
            double Divergence(double e)
            {
                double most = Math.Max(0, e);
                double normaliser = most + Math.Log(at.Sum(x => Math.Exp(x * e - most)));
                return normaliser - (at[a] + at[b]) / 2 * e - Math.Log(2);
            }
            double low = -1e8, high = 1e8;
            for (int i = 0; i < 300; i++)
            {
                double left = low + (high - low) / 3, right = high - (high - low) / 3;
                (low, high) = Divergence(left) < Divergence(right) ? (low, right) : (left, high);
            }
            sum += Divergence(low) / 3;
        }
        return sum;
    }

    private static SequenceEncoderOptimum Find(
        NGramDistribution law, int tokens, int order, int dimension, OptimumOptions options) => SequenceEncoderOptimum.Find(
        law,
        new()
        {
            VocabularySize = tokens,
            ContextWindow = order,
            Order = order,
            Options = new() { EmbeddingDimension = dimension, Precision = ModelPrecision.Float64 },
        },
        options);
}
