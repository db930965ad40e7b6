using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Randomness;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.Tests.ML.Optimum;

[TestClass]
public sealed class SequenceEncoderOptimumTests
{
    /// <summary>The law of `--vocabulary-size 10 --alphas 0.9,0.9,0.7 --supports 10,10,10` with the default seed.</summary>
    private static readonly NGramDistribution Law = new PowerLaw
    {
        VocabularySize = 10,
        Order = 3,
        Alphas = [0.9, 0.9, 0.7],
        Supports = [10, 10, 10],
    }.CreateDistribution((int)(CounterRandom.Key(2222, 1) & int.MaxValue));

    [TestMethod]
    public void The_infimum_of_the_known_case_is_0_2016_from_every_start()
    {
        var optimum = SequenceEncoderOptimum.Find(Law, Encoder(10, 3), new() { Restarts = 8 });
        Assert.AreEqual(0.2016, optimum.Divergence, 5e-5);
        Assert.IsLessThan(1e-8, optimum.Spread);
        Assert.AreEqual(optimum.Divergences.Count, optimum.Agreeing);
        Assert.IsLessThanOrEqualTo(1e-8, optimum.LargestDerivative!.Value);
        Assert.IsNull(optimum.Certificate);
        Assert.IsTrue(optimum.IsConverged);
        Assert.IsNull(optimum.Limit);
    }

    [TestMethod]
    public void A_search_without_iterations_says_that_it_has_not_converged()
    {
        Assert.IsFalse(SequenceEncoderOptimum.Find(Law, Encoder(10, 3), new() { Restarts = 1, Iterations = 2 }).IsConverged);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_search_of_a_larger_law_converges()
    {
        var law = new PowerLaw { VocabularySize = 20, Alphas = [0.9, 0.9, 0.7], Supports = [20, 20, 20] }.CreateDistribution(7);
        var optimum = SequenceEncoderOptimum.Find(law, Encoder(20, 5), new() { Restarts = 2 });
        Assert.IsLessThanOrEqualTo(1e-8, optimum.LargestDerivative!.Value);
    }

    [TestMethod]
    public void Where_tokens_are_impossible_the_search_goes_as_far_as_alternating_steps()
    {
        var law = new PowerLaw { VocabularySize = 8, Alphas = [1, 1, 0.7], Supports = [8, 8, 3] }.CreateDistribution(7);
        double found = SequenceEncoderOptimum.Find(law, Encoder(8, 2), new() { Restarts = 4 }).Divergence;
        Assert.IsLessThan(new AlternatingFit(law, 8, 2, seed: 1).Run(sweeps: 60) + 1e-3, found);
    }

    [TestMethod]
    [DataRow(10, 3, 0.7, 10, 0)]
    [DataRow(6, 2, 0.5, 6, 0.01)]
    [DataRow(5, 2, 1, 3, 0.1)]
    public void The_gradient_is_that_of_finite_differences(int tokens, int dimension, double alpha, int support, double penalty)
    {
        var law = new PowerLaw
        {
            VocabularySize = tokens,
            Order = 3,
            Alphas = [1, 0.8, alpha],
            Supports = [tokens, tokens, support],
        }.CreateDistribution(7);
        var rows = DistinctRows.Of(law, Encoder(tokens, dimension));
        var objective = new EncoderObjective(rows, dimension) { Penalty = penalty };
        double[] point = EncoderStart.Create(rows, dimension, seed: 5, number: 1);
        double[] gradient = new double[point.Length], ignored = new double[point.Length];
        objective.Evaluate(point, gradient);
        for (int i = 0; i < point.Length; i++)
        {
            const double step = 1e-5;
            double centre = point[i];
            point[i] = centre + step;
            double above = objective.Evaluate(point, ignored);
            point[i] = centre - step;
            double below = objective.Evaluate(point, ignored);
            point[i] = centre;
            Assert.AreEqual((above - below) / (2 * step), gradient[i], 1e-9, FormattableString.Invariant($"variable {i}"));
        }
    }

    [TestMethod]
    public void The_parameters_have_the_divergence_that_was_found()
    {
        var ml = new MLContext(1);
        var optimum = SequenceEncoderOptimum.Find(Law, Encoder(10, 3), new() { Restarts = 2 });
        using var model = ml.MulticlassClassification.Trainers
            .OptimalSequenceEncoder(Law, embeddingDimension: 3, restarts: 2)
            .Fit(ml.NGrams.Sample(Law, 10, seed: 1));
        Assert.AreEqual(optimum.Divergence, ml.NGrams.EvaluateExactly(model, Law).Divergence!.Value, 1e-9);
        CollectionAssert.AreEqual(
            optimum.Parameters!["unemb.weight"].Values, model.Parameters["unemb.weight"].Values, "the same seed, the same bits");
    }

    [TestMethod]
    [DataRow(4, 3, 4, "Proposition 2", DisplayName = "d = N - 1")]
    [DataRow(4, 2, 1, "Proposition 3", DisplayName = "a look-up table, d = 2")]
    [DataRow(4, 1, 1, null, DisplayName = "a look-up table, d = 1")]
    [DataRow(8, 4, 2, "the moment curve", DisplayName = "two tokens, d = 4")]
    [DataRow(4, 2, 4, null, DisplayName = "none")]
    public void A_certificate_is_a_proposition_s(int tokens, int dimension, int support, string? certificate)
    {
        var law = new PowerLaw { VocabularySize = tokens, Order = 3, Alphas = [1, 1, 0.5], Supports = [tokens, tokens, support] }
            .CreateDistribution(3);
        var optimum = SequenceEncoderOptimum.Find(law, Encoder(tokens, dimension));
        Assert.AreEqual(certificate, optimum.Certificate);
        Assert.AreEqual(certificate is not null, optimum.Divergence == 0);
        Assert.AreEqual(certificate is not null, optimum.Divergences.Min() < 1e-3, "what the search reaches by itself");
        Assert.IsTrue(optimum.Divergences.All(value => value > -1e-12));
    }

    [TestMethod]
    public void Logits_of_a_low_rank_are_reached_exactly()
    {
        // Three tokens have random logits and the rest 0: rank 3, so that a divergence of 0 is attained, with no proposition.
        var law = new RandomHeadLaw { VocabularySize = 12, Order = 3, HeadTokens = 3 }.CreateDistribution(1);
        var few = new OptimumOptions { Restarts = 2 };
        Assert.AreEqual(0, SequenceEncoderOptimum.Find(law, Encoder(12, 3), few).Divergence, 1e-9);
        Assert.IsGreaterThan(1e-3, SequenceEncoderOptimum.Find(law, Encoder(12, 2), few).Divergence);
    }

    [TestMethod]
    public void Every_dimension_more_is_at_least_as_good()
    {
        double before = double.PositiveInfinity;
        for (int dimension = 1; dimension <= 5; dimension++)
        {
            double divergence = SequenceEncoderOptimum.Find(Law, Encoder(10, dimension), new() { Restarts = 3 }).Divergence;
            Assert.IsLessThan(before, divergence);
            before = divergence;
        }
    }

    [TestMethod]
    public void Equal_rows_are_one_and_weights_are_means_over_the_scored_positions()
    {
        var lookUp = new PowerLaw { VocabularySize = 6, Order = 3 }.CreateDistribution(1);
        Assert.IsLessThanOrEqualTo(6, DistinctRows.Of(lookUp, Encoder(6, 2)).Count);
        var rows = DistinctRows.Of(Law, Encoder(10, 2) with { ContextWindow = 5 });
        double[] expected = new double[100];
        foreach (int length in new[] { 2, 3, 4 })
        {
            foreach (var prompt in Law.EnumeratePrompts(length))
                expected[prompt.Tokens[^2] * 10 + prompt.Tokens[^1]] += prompt.Probability / 3;
        }
        for (int context = 0; context < 100; context++)
            Assert.AreEqual(expected[context], rows.ContextWeights[context], 1e-12);
    }

    [TestMethod]
    public void A_cancelled_search_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            SequenceEncoderOptimum.Find(Law, Encoder(10, 3), new() { CancellationToken = source.Token }));
    }

    private static SequenceEncoderArchitecture Encoder(int tokens, int dimension) => new()
    {
        VocabularySize = tokens,
        ContextWindow = 3,
        Order = 3,
        Options = new() { EmbeddingDimension = dimension, Precision = ModelPrecision.Float64 },
    };
}
