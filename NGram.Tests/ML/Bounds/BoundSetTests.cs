using System.Text.RegularExpressions;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Models;
using NGram.Tests.ML.Models;

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
        // 2 (2 + 100 + 4 * 2498), 2500 look-ups in them; 32 * 6816 / log2 50.
        Assert.AreEqual(20_188.0, capacities["corollary1Parameters"].Value);
        Assert.AreEqual(2500 * 5.643856 / 20_188, capacities["corollary1Parameters"].BitsPerParameter!.Value, 1e-6);
        Assert.AreEqual(38_645.92, capacities["countingPrompts"].Value!.Value, 0.01);
        Assert.IsTrue(capacities["countingPrompts"].Holds);
        // 2 + 50 + sqrt(2500 log 2500) = 52 + sqrt(19560.115); 6816 / 49; of orders no value, and no line.
        StringAssert.Contains(capacities["kimParameters"].Statement, "(191.9 here)");
        StringAssert.Contains(capacities["maddenContexts"].Statement, "(139.1 here)");
        Assert.IsFalse(capacities["maddenContexts"].Holds);
        Assert.IsTrue(capacities.Values.All(bound => bound.Exact || bound.Side == BoundSide.Measured || bound.Value is null));
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
        Assert.IsNull(Corollary2.For(setting).Violation);
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
    [DataRow(10, 1, 8, Projections.Shared, "per-head projections")]
    [DataRow(10, 3, 10, Projections.Shared, "one layer; this model has 3")]
    [DataRow(10, 3, 8, Projections.PerHead, "one layer; this model has 3")]
    [DataRow(1, 1, 1, Projections.Shared, "it needs d = 2")]
    [DataRow(1, 1, 8, Projections.PerHead, "it needs d = 2")]
    public void Bounds_are_shown_beyond_their_model_and_marked(
        int dimension,
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
                    EmbeddingDimension = dimension,
                    Layers = layers,
                    HeadDimension = headDimension,
                    Projections = projections,
                }));
        foreach (string name in new[] { "seedLowerBound", "corollary2", "previousAsDrawn", "previousAsStated" })
        {
            var bound = bounds.Single(bound => bound.Name == name);
            Assert.IsNotNull(bound.Value);
            Assert.IsFalse(bound.Holds);
            Assert.IsFalse(bounds.Conditions[name]);
            StringAssert.Contains(bound.Violation, reason);
        }
        Assert.IsTrue(bounds.Where(bound => bound.Name is "chance" or "uniformDivergence").All(bound => bound.Holds == true));
    }

    [TestMethod]
    public void With_one_dimension_no_model_gives_more_than_three_answers()
    {
        var model = Model(
            new TransformerOptions
            {
                EmbeddingDimension = 1,
                HeadDimension = 4,
                Heads = 30,
                Projections = Projections.PerHead,
            });
        for (int seed = 0; seed < 20; seed++)
        {
            var weights = Initialization.Create(model, seed);
            var answers = new HashSet<int>();
            for (ushort first = 0; first < 50; first += 7)
            {
                for (ushort last = 0; last < 50; last++)
                {
                    double[] logits = BruteForce.Logits(model, weights, [first, last])[^1];
                    answers.Add(Array.IndexOf(logits, logits.Max()));
                }
            }
            Assert.IsInRange(1, 3, answers.Count);
        }
    }

    [TestMethod]
    [DataRow(10, Projections.Shared)]
    [DataRow(8, Projections.PerHead)]
    public void The_paper_s_model_has_no_mark_but_at_the_previous_bounds(
        int headDimension,
        Projections projections)
    {
        var bounds = BoundSet.For(
            Notebook,
            Model(new TransformerOptions { HeadDimension = headDimension, Projections = projections }));
        CollectionAssert.AreEqual(
            new[] { "previousAsDrawn", "previousAsStated" },
            bounds.Where(bound => bound.Holds != true).Select(bound => bound.Name).ToArray());
        StringAssert.Contains(bounds.Single(bound => bound.Name == "previousAsStated").Violation, "end in the same token");
    }

    [TestMethod]
    [DataRow(10, 4, new[] { 50, 50, 1 }, false, DisplayName = "2,500 prompts with 50 last tokens")]
    [DataRow(10, 4, new[] { 1, 50, 1 }, true, DisplayName = "one first token: 50 prompts with as many last ones")]
    [DataRow(10, 4, new[] { 50, 1, 1 }, false, DisplayName = "50 prompts whose last tokens are drawn with repetition")]
    [DataRow(2, 4, new[] { 1, 50, 1 }, false, DisplayName = "S = d")]
    [DataRow(10, 4, new[] { 50, 1 }, true, DisplayName = "S = 1: any query is independent by itself")]
    public void The_previous_bound_as_stated_asks_for_independent_queries(int d, int heads, int[] supports, bool holds)
    {
        var law = new PowerLaw { VocabularySize = 50, Order = supports.Length, Supports = supports }.CreateDistribution(1);
        var model = new TransformerArchitecture
        {
            VocabularySize = 50,
            ContextWindow = supports.Length,
            Order = supports.Length,
            Options = new TransformerOptions
            {
                EmbeddingDimension = d,
                HeadDimension = 2,
                Heads = heads,
                Projections = Projections.PerHead,
            },
        };
        Assert.AreEqual(holds, BoundSet.For(law, model).Conditions["previousAsStated"]);
    }

    [TestMethod]
    [DataRow(49, 3, true, DisplayName = "Proposition 2: d = N - 1")]
    [DataRow(48, 24, true, DisplayName = "The moment curve: two dimensions for each possible token")]
    [DataRow(48, 25, false, DisplayName = "None: d = N - 2, a token more")]
    [DataRow(2, 1, true, DisplayName = "Proposition 3: a look-up, d = 2")]
    [DataRow(1, 1, false, DisplayName = "None: a look-up, d = 1")]
    public void The_optimal_divergence_is_zero_where_a_statement_says_so(int dimension, int support, bool zero)
    {
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3, Supports = [50, 50, support] }.CreateDistribution(1);
        var bounds = BoundSet.For(distribution, Model(new TransformerOptions { EmbeddingDimension = dimension }));
        Assert.AreEqual(zero, bounds.Values.ContainsKey("optimalDivergence"));
        Assert.AreEqual(zero, bounds.Single(bound => bound.Name == "optimalDivergence").Holds);
        Assert.AreEqual(Math.Log(50) - Math.Log(support), bounds.Values["uniformDivergence"], 1e-12);
    }

    [TestMethod]
    public void Without_a_law_only_chance_has_a_value()
    {
        var bounds = BoundSet.For(null, Model(new TransformerOptions()));
        CollectionAssert.AreEqual(new[] { "chance" }, bounds.Values.Keys.ToArray());
        Assert.HasCount(7, bounds);
        CollectionAssert.AreEqual(
            new bool?[] { true, false, false, false, false, null, null },
            bounds.Conditions.Values.ToArray(),
            "what the model alone breaks is known");
    }

    private static TransformerArchitecture Model(TransformerOptions options) =>
        new() { VocabularySize = 50, ContextWindow = 3, Order = 3, Options = options };

    [GeneratedRegex("^[a-z][a-zA-Z0-9]*$")]
    private static partial Regex CamelCase();
}
