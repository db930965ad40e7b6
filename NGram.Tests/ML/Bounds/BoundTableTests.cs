using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Models;

namespace NGram.Tests.ML.Bounds;

[TestClass]
public sealed class BoundTableTests
{
    private static readonly NGramDistribution LookUp = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(1);

    [TestMethod]
    public void The_table_has_a_row_for_every_statement_in_a_fixed_order()
    {
        var table = BoundSet.For(LookUp, Model(50, 10, 10, 20)).ToDataFrame();
        CollectionAssert.AreEqual(
            new[]
            {
                "Name", "Side", "Exact", "Counts", "Value", "BitsPerParameter", "Holds", "Conditions", "Source", "Title",
                "Statement", "Violation",
            },
            table.Columns.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(
            new[]
            {
                "chance", "seedLowerBound", "corollary2", "previousAsDrawn", "previousAsStated", "uniformDivergence",
                "optimalDivergence", "corollary1Parameters", "kimParameters", "maddenContexts", "theorem1Parameters",
                "theorem2Divergence", "kajitsukaPrompts", "nichaniLinear", "nichaniMlp", "adlerRelations", "yangLabels",
                "giorlandinoPairs", "countingPrompts", "gptBits", "knowledgeBits", "mlpBits",
            },
            table["Name"].Cast<string>().ToArray());
        foreach (string name in new[] { "Title", "Source", "Conditions", "Statement" })
            Assert.IsTrue(table[name].Cast<string>().All(text => text.Length > 0), name);
        Assert.HasCount(22, table["Title"].Cast<string>().Distinct());
    }

    [TestMethod]
    public void A_statement_known_by_its_abstract_has_neither_a_value_nor_a_claim()
    {
        var read = All(Model(50, 10, 10, 20)).Where(bound => bound.Source.EndsWith("abstract", StringComparison.Ordinal));
        Assert.HasCount(11, read);
        foreach (var bound in read)
        {
            Assert.IsFalse(bound.Exact, bound.Name);
            Assert.IsTrue(bound.Side == BoundSide.Measured || bound.Value is null, bound.Name);
            Assert.AreNotEqual(true, bound.Holds, bound.Name);
        }
    }

    [TestMethod]
    public void Corollary_2_in_bits_per_parameter_is_that_worked_out_by_hand()
    {
        // 210 look-ups of log2 50 bits in 4 * 10 * 10 * 20 + 3 * 10 + 2 * 500 parameters.
        var bound = All(Model(50, 10, 10, 20)).Single(bound => bound.Name == "corollary2");
        Assert.AreEqual((BoundKind.Prompts, 210.0, (bool?)true), (bound.Counts, bound.Count, bound.Holds));
        Assert.AreEqual(210 * 5.643856 / 9030, bound.BitsPerParameter!.Value, 1e-6);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void With_one_dimension_no_lower_bound_on_prompts_holds(int order)
    {
        var law = new PowerLaw { VocabularySize = 20, Order = order }.CreateDistribution(1);
        var model = Model(20, 1, 1, 15) with { Order = order, ContextWindow = order };
        Assert.IsFalse(BoundSet.All(law, model).Any(bound =>
            bound is { Side: BoundSide.Below or BoundSide.Sharp, Counts: BoundKind.Prompts, Holds: true }));
    }

    [TestMethod]
    [DataRow(8, true, true, DisplayName = "full support and room for all 10 prompts")]
    [DataRow(7, true, false, DisplayName = "room for 9")]
    [DataRow(8, false, null, DisplayName = "the law is not known")]
    public void Theorem_1_asks_for_full_support_and_room_for_every_prompt(int heads, bool isKnown, bool? holds)
    {
        var law = new PowerLaw { VocabularySize = 10, Order = 2, Alphas = [1, 0.9], Supports = [10, 10] }.CreateDistribution(1);
        var model = Model(10, 2, 1, heads) with { Order = 2, ContextWindow = 2 };
        var bound = BoundSet.All(isKnown ? law : null, model).Single(bound => bound.Name == "theorem1Parameters");
        Assert.AreEqual(holds, bound.Holds);
        if (holds == true)
            Assert.AreEqual(2.0 * (1 + 20 + 4 * 8), bound.Value);
        var partial = new PowerLaw { VocabularySize = 10, Order = 2, Supports = [10, 9] }.CreateDistribution(1);
        StringAssert.Contains(
            BoundSet.All(partial, model).Single(bound => bound.Name == "theorem1Parameters").Violation, "probability 0");
    }

    [TestMethod]
    public void Theorem_2_is_that_worked_out_by_hand()
    {
        // Contexts 0 and 1 of N = 3 and their laws; d = 512 gives C^2 = 32 log 4 / 512.
        double[][] rows = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0, 0, 1]];
        double[] prior = [0.5, 0.3, 0.2];
        double c = Math.Sqrt(32 * Math.Log(4) / 512), expected = 0;
        // Without the best token: (2/3, 1/3) and (1/2, 1/2), so D is 1/3 and 0.
        expected += 0.5 * 0.3 * (1 + 2 * c + c / 3) / (1 - 2 * c) * Logarithm(0.7, 0.2, 0.1);
        expected += 0.3 * 0.2 * (1 + 2 * c) / (1 - 2 * c) * Logarithm(0.8, 0.1, 0.1);
        var law = new ExplicitLaw
        {
            VocabularySize = 3,
            Order = 2,
            Levels = [prior, [.. rows.SelectMany(row => row)]],
        }.CreateDistribution(1);
        var model = Model(3, 512, 1, 1) with { Order = 2, ContextWindow = 2 };
        var bound = BoundSet.All(law, model).Single(bound => bound.Name == "theorem2Divergence");
        Assert.AreEqual(expected, bound.Value!.Value, 1e-9);
        Assert.IsTrue(bound.Holds);
        var small = BoundSet.All(law, model with { Options = model.Options with { EmbeddingDimension = 177 } });
        Assert.IsFalse(small.Single(bound => bound.Name == "theorem2Divergence").Holds, "128 log 4 = 177.4");
    }

    private static double Logarithm(params double[] row) =>
        Math.Log(2 / (Math.Exp(row.Sum(probability => -probability * Math.Log(probability))) - 1));

    private static IReadOnlyList<Bound> All(TransformerArchitecture model) => BoundSet.All(LookUp, model);

    private static TransformerArchitecture Model(int tokens, int d, int headDimension, int heads) => new()
    {
        VocabularySize = tokens,
        ContextWindow = 3,
        Order = 3,
        Options = new TransformerOptions
        {
            EmbeddingDimension = d,
            HeadDimension = headDimension,
            Heads = heads,
            Projections = Projections.PerHead,
        },
    };
}
