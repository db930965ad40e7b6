using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Constructions;
using NGram.ML.Models;

namespace NGram.Tests.ML.Constructions;

/// <summary>Facts in an MLP, counted by a forward pass in loops.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class FactMlpConstructionTests
{
    [TestMethod]
    [DataRow(10, 4, 80, 2, 2, 100)]  // a code of 2 numbers, 20 gates of 5 each
    [DataRow(10, 4, 160, 2, 4, 100)] // of 4
    [DataRow(10, 4, 500, 2, 4, 100)] // d is the longest
    [DataRow(10, 4, 41, 2, 2, 50)]   // room for half
    [DataRow(6, 4, 180, 3, 2, 216)]  // three tokens
    [DataRow(12, 3, 12, 1, 2, 12)]   // one
    public void The_facts_that_the_width_has_room_for_are_held(
        int n, int d, int width, int promptLength, int code, int promised)
    {
        var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1 }.CreateDistribution(7);
        var built = FactMlpConstruction.Create(law, Architecture(n, d, width, promptLength), seed: 3);

        Assert.AreEqual(code, FactMlpConstruction.Sizes(Math.Pow(n, promptLength), d, width).Code);
        Assert.AreEqual((promised, promised), (built.Solved, built.Rank));
        int held = law.EnumeratePrompts(promptLength).Count(prompt => ConstructionCheck.Holds(law, built, prompt.Tokens));
        Assert.IsInRange(promised, promised == Math.Pow(n, promptLength) ? promised : promised + promised / 2, held);
    }

    [TestMethod]
    public void A_law_of_full_support_is_held_where_the_code_has_room_for_it()
    {
        var law = new PowerLaw { VocabularySize = 5, Alphas = [1, 0.9, 0.7], Supports = [5, 5, 5] }.CreateDistribution(7);
        var built = FactMlpConstruction.Create(law, Architecture(5, 4, width: 40, promptLength: 2), seed: 3);
        foreach (var prompt in law.EnumeratePrompts(2))
            Assert.AreEqual(0, ConstructionCheck.Divergence(law, built, prompt.Tokens), 1e-8);
    }

    [TestMethod]
    public void What_cannot_be_built_is_named()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(7);
        string Refusal(int width, int depth) => Assert.Throws<ArgumentException>(() => FactMlpConstruction.Create(
            law, Architecture(5, 4, width, 2, depth), seed: 1)).Message;
        Assert.Contains("MlpWidth is 0; it must be at least 4", Refusal(0, 1));
        Assert.Contains("MlpDepth is 2", Refusal(8, 2));
    }

    private static TransformerArchitecture Architecture(int n, int d, int width, int promptLength, int depth = 1) => new()
    {
        VocabularySize = n,
        ContextWindow = promptLength + 1,
        Order = promptLength + 1,
        Options = new()
        {
            EmbeddingDimension = d,
            HeadDimension = d,
            Heads = 2,
            MlpWidth = width,
            MlpDepth = depth,
            Projections = Projections.PerHead,
            Precision = ModelPrecision.Float64,
        },
    };
}
