using System.Text.RegularExpressions;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Models;

namespace NGram.Tests.ML.Bounds;

[TestClass]
public sealed partial class BoundSetTests
{
    private static readonly NGramDistribution Notebook = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(2222);

    [TestMethod]
    public void The_notebook_s_bounds_are_those_worked_out_by_hand()
    {
        var values = BoundSet.For(Notebook, Model(new TransformerOptions())).Values;
        Assert.AreEqual(0.02, values["chance"], 1e-15);
        Assert.AreEqual(0.02 + 0.98 * 176 / 2500, values["seedLowerBound"], 1e-12);
        Assert.AreEqual(0.02 + 0.98 * 186 / 2500, values["corollary2"], 1e-12);
        Assert.AreEqual(0.02 + 0.98 * 155 / 2500, values["previousAsDrawn"], 1e-12);
        Assert.AreEqual(0.02 + 0.98 * 23 / 2500, values["previousAsStated"], 1e-12);
        Assert.AreEqual(Math.Log(50), values["uniformDivergence"], 1e-12);
        Assert.AreEqual(0.0, values["optimalDivergence"]);
    }

    [TestMethod]
    public void Capacities_of_the_notebook_are_those_worked_out_by_hand()
    {
        var capacities = BoundSet.For(Notebook, Model(new TransformerOptions())).Capacities.ToDictionary(bound => bound.Name);
        // 2 (2 + 100 + 4 * 2498); 2 + 50 + sqrt(2500 log 2500) = 52 + sqrt(19560.115); 6816 / 49.
        Assert.AreEqual(20_188.0, capacities["corollary1Parameters"].Value);
        Assert.AreEqual(191.8575, capacities["kimParameters"].Value!.Value, 1e-3);
        Assert.AreEqual(6816 / 49.0, capacities["maddenContexts"].Value!.Value, 1e-9);
        Assert.IsFalse(capacities["maddenContexts"].Applies);
    }

    [TestMethod]
    public void Names_are_unique_camel_case_and_in_a_fixed_order()
    {
        var bounds = BoundSet.For(Notebook, Model(new TransformerOptions()));
        string[] names = [.. bounds.Select(bound => bound.Name)];
        CollectionAssert.AreEqual(
            new[]
            {
                "chance",
                "seedLowerBound",
                "corollary2",
                "previousAsDrawn",
                "previousAsStated",
                "uniformDivergence",
                "optimalDivergence",
            },
            names);
        CollectionAssert.AreEqual(names, bounds.Values.Keys.ToArray());
        Assert.IsTrue(names.All(name => CamelCase().IsMatch(name)));
        Assert.HasCount(names.Length, bounds.Select(bound => bound.Title).Distinct());
    }

    [TestMethod]
    public void Sub_heads_count_as_heads_of_their_own()
    {
        var setting = BoundSetting.Of(
            Model(
                new TransformerOptions
                {
                    Heads = 3,
                    SubHeads = 2,
                    HeadDimension = 8,
                    Projections = Projections.PerHead,
                }));
        Assert.AreEqual((6, 4), (setting.Heads, setting.HeadDimension));
        Assert.AreEqual(24, SeedLowerBound.Contexts(setting));
        Assert.AreEqual(34, Corollary2.Contexts(setting));
        Assert.AreEqual(19, PreviousAsDrawn.Contexts(setting));
        Assert.AreEqual(7, PreviousAsStated.Contexts(setting));
    }

    [TestMethod]
    public void A_head_wider_than_the_embedding_counts_its_rank_in_Corollary_2()
    {
        var options = new TransformerOptions
        {
            Heads = 20,
            HeadDimension = 12,
            EmbeddingDimension = 10,
            Projections = Projections.PerHead,
        };
        var setting = BoundSetting.Of(Model(options));
        Assert.AreEqual(210, Corollary2.Contexts(setting));
        Assert.IsTrue(Corollary2.For(setting).Applies);
        StringAssert.Contains(SeedLowerBound.For(setting).Violation, "d_h = 12 is above d = 10");
    }

    [TestMethod]
    public void More_capacity_than_prompts_reaches_the_best_accuracy()
    {
        var distribution = new PowerLaw { VocabularySize = 10, Order = 3 }.CreateDistribution(1);
        var model = Model(new TransformerOptions { HeadDimension = 10 }) with { VocabularySize = 10 };
        Assert.AreEqual(1, BoundSet.For(distribution, model).Values["corollary2"], 1e-12);
    }

    [TestMethod]
    [DataRow(1, 8, Projections.Shared, "per-head projections")]
    [DataRow(3, 10, Projections.Shared, "one layer; this model has 3")]
    [DataRow(3, 8, Projections.PerHead, "one layer; this model has 3")]
    public void Bounds_are_shown_beyond_their_model_and_marked(
        int layers,
        int headDimension,
        Projections projections,
        string reason)
    {
        var bounds = BoundSet.For(
            Notebook,
            Model(
                new TransformerOptions
                {
                    Layers = layers,
                    HeadDimension = headDimension,
                    Projections = projections,
                }));
        foreach (string name in new[] { "seedLowerBound", "corollary2", "previousAsDrawn", "previousAsStated" })
        {
            var bound = bounds.Single(bound => bound.Name == name);
            Assert.IsNotNull(bound.Value);
            Assert.IsFalse(bound.Applies);
            StringAssert.Contains(bound.Violation, reason);
        }
        Assert.IsTrue(bounds.Where(bound => bound.Name is "chance" or "uniformDivergence").All(bound => bound.Applies));
    }

    [TestMethod]
    [DataRow(10, Projections.Shared)]
    [DataRow(8, Projections.PerHead)]
    public void The_paper_s_model_has_no_mark_but_where_the_previous_bound_is_drawn_too_high(
        int headDimension,
        Projections projections)
    {
        var bounds = BoundSet.For(
            Notebook,
            Model(new TransformerOptions { HeadDimension = headDimension, Projections = projections }));
        Assert.AreEqual("previousAsDrawn", bounds.Single(bound => !bound.Applies).Name);
    }

    [TestMethod]
    [DataRow(49, 3, true, DisplayName = "Proposition 2: d = N - 1")]
    [DataRow(48, 3, false, DisplayName = "Neither: d = N - 2, several next tokens")]
    [DataRow(2, 1, true, DisplayName = "Proposition 3: a look-up, d = 2")]
    [DataRow(1, 1, false, DisplayName = "Neither: a look-up, d = 1")]
    public void The_optimal_divergence_is_zero_where_a_proposition_says_so(int dimension, int support, bool zero)
    {
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3, Supports = [50, 50, support] }.CreateDistribution(1);
        var bounds = BoundSet.For(distribution, Model(new TransformerOptions { EmbeddingDimension = dimension }));
        Assert.AreEqual(zero, bounds.Values.ContainsKey("optimalDivergence"));
        Assert.AreEqual(zero, bounds.Single(bound => bound.Name == "optimalDivergence").Applies);
        Assert.AreEqual(Math.Log(50) - Math.Log(support), bounds.Values["uniformDivergence"], 1e-12);
    }

    [TestMethod]
    public void Without_a_law_only_chance_has_a_value()
    {
        var bounds = BoundSet.For(null, Model(new TransformerOptions()));
        CollectionAssert.AreEqual(new[] { "chance" }, bounds.Values.Keys.ToArray());
        Assert.HasCount(7, bounds);
    }

    private static TransformerArchitecture Model(TransformerOptions options) =>
        new() { VocabularySize = 50, ContextWindow = 3, Order = 3, Options = options };

    [GeneratedRegex("^[a-z][a-zA-Z0-9]*$")]
    private static partial Regex CamelCase();
}
