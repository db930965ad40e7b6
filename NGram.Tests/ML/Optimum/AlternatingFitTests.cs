using NGram.Data.Laws;
using NGram.Data.Randomness;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.Tests.ML.Optimum;

[TestClass]
public sealed class AlternatingFitTests
{
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(10, 3, 0.7, 0.2016, DisplayName = "the known case")]
    [DataRow(6, 2, 0.8, null, DisplayName = "a smaller one")]
    public void An_alternating_fit_by_Newton_s_method_finds_the_same(int tokens, int dimension, double alpha, double? known)
    {
        // Another route: for fixed unembeddings each context is a convex problem of its own, and the other way round.
        var law = new PowerLaw
        {
            VocabularySize = tokens,
            Order = 3,
            Alphas = [0.9, 0.9, alpha],
            Supports = [tokens, tokens, tokens],
        }.CreateDistribution((int)(CounterRandom.Key(2222, 1) & int.MaxValue));
        double best = Enumerable.Range(1, 3).Min(seed => new AlternatingFit(law, tokens, dimension, seed).Run(sweeps: 150));
        var optimum = SequenceEncoderOptimum.Find(law, new()
        {
            VocabularySize = tokens,
            ContextWindow = 3,
            Order = 3,
            Options = new() { EmbeddingDimension = dimension, Precision = ModelPrecision.Float64 },
        });
        Assert.AreEqual(best, optimum.Divergence, 1e-5);
        Assert.IsLessThanOrEqualTo(best + 1e-9, optimum.Divergence);
        if (known is { } value)
            Assert.AreEqual(value, best, 5e-5);
    }
}
