using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Constructions;
using NGram.ML.Models;

namespace NGram.Tests.ML.Constructions;

/// <summary>An n-gram law in attention and a table, against the law itself by a forward pass in loops.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class NGramConstructionTests
{
    [TestMethod]
    [DataRow(7, 2, 2, 7)]
    [DataRow(7, 2, 5, 7)]
    [DataRow(6, 3, 3, 6)]
    [DataRow(6, 3, 6, 6)]
    [DataRow(6, 3, 3, 2)] // most next tokens are impossible
    [DataRow(4, 4, 5, 4)]
    [DataRow(3, 5, 5, 3)]
    public void Any_law_is_held_at_every_place_with_a_full_context(int n, int order, int window, int support)
    {
        var law = Law(n, order, support);
        var built = NGramConstruction.Create(law, window);

        Assert.AreEqual(Math.Max(1, order - 2), built.Architecture.Options.Heads);
        Assert.AreEqual((order - 1) * n + 2, built.Architecture.Options.EmbeddingDimension);
        Assert.AreEqual(Math.Pow(n, order - 1), built.Rank);
        foreach (var prompt in law.EnumeratePrompts(window - 1))
        {
            for (int length = order - 1; length < window; length++)
                Assert.AreEqual(0, ConstructionCheck.Divergence(law, built, prompt.Tokens.AsSpan(0, length)), 1e-8);
        }
    }

    [TestMethod]
    public void Contexts_that_only_later_places_have_are_in_the_table()
    {
        // The first token is 0 or 1, those after it may be any.
        var law = new PowerLaw { VocabularySize = 5, Order = 2, Supports = [2, 5] }.CreateDistribution(3);
        var built = NGramConstruction.Create(law, contextWindow: 3);
        Assert.AreEqual(2, law.EnumeratePrompts(1).Count());
        Assert.AreEqual(5, built.Rank);
        foreach (var prompt in law.EnumeratePrompts(2))
            Assert.AreEqual(0, ConstructionCheck.Divergence(law, built, prompt.Tokens), 1e-8);
    }

    [TestMethod]
    public void It_survives_float32()
    {
        var law = Law(6, 3, 6);
        var built = NGramConstruction.Create(law, contextWindow: 6, ModelPrecision.Float32);
        using var module = NextTokenModel.Create(built.Architecture, built.Parameters);
        double[] row = new double[6];
        foreach (var prompt in law.EnumeratePrompts(5))
        {
            law.GetProbabilities(prompt.Tokens, row);
            double[] logits = module.Logits(prompt.Tokens, 5)[^6..];
            double sum = logits.Sum(Math.Exp);
            for (int token = 0; token < 6; token++)
                Assert.AreEqual(row[token], Math.Exp(logits[token]) / sum, 1e-5);
        }
    }

    [TestMethod]
    public void What_cannot_be_built_is_named()
    {
        var single = new PowerLaw { VocabularySize = 5, Order = 1 }.CreateDistribution(3);
        Assert.Contains("Order is 1", Assert.Throws<ArgumentException>(() => NGramConstruction.Create(single, 2)).Message);
        Assert.Contains(
            "contextWindow is 2", Assert.Throws<ArgumentException>(() => NGramConstruction.Create(Law(5, 3, 5), 2)).Message);
    }

    private static NGramDistribution Law(int n, int order, int support) => new PowerLaw
    {
        VocabularySize = n,
        Order = order,
        Alphas = [.. Enumerable.Repeat(0.8, order)],
        Supports = [.. Enumerable.Repeat(n, order - 1), support],
    }.CreateDistribution(7);
}
