using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Constructions;
using NGram.ML.Constructions.Systems;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Optimum;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Constructions;

/// <summary>What Corollary 2 promises, counted over all prompts by a forward pass in loops.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class MemoryConstructionTests
{
    [TestMethod]
    [DataRow(10, 2, 2, 49, 1, 2, 100)] // H d_h + d = T0 = 100
    [DataRow(10, 2, 2, 21, 1, 2, 44)]
    [DataRow(10, 2, 2, 60, 1, 2, 100)] // more room than prompts
    [DataRow(10, 4, 4, 13, 2, 2, 56)]  // sub-heads are heads of half the dimension
    [DataRow(10, 3, 5, 20, 1, 2, 63)]  // d_h > d: a head adds rank d
    [DataRow(6, 3, 2, 107, 1, 3, 216)] // three tokens
    [DataRow(12, 3, 1, 9, 1, 1, 12)]   // one token: no more prompts than tokens
    [DataRow(5, 10, 10, 8, 1, 2, 25)]  // fewer tokens than dimensions
    public void As_many_prompts_are_held_as_the_corollary_says(
        int n, int d, int headDimension, int heads, int subHeads, int promptLength, int promised)
    {
        var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1 }.CreateDistribution(7);
        var architecture = Architecture(n, promptLength + 1, new()
        {
            EmbeddingDimension = d,
            HeadDimension = headDimension,
            Heads = heads,
            SubHeads = subHeads,
            Projections = Projections.PerHead,
            Precision = ModelPrecision.Float64,
        });

        var built = MemoryConstruction.Create(law, architecture, seed: 3);

        Assert.AreEqual(promised, built.Rank);
        int held = law.EnumeratePrompts(promptLength).Count(prompt => Holds(law, architecture, built, prompt));
        Assert.IsGreaterThanOrEqualTo(promised, held);
    }

    [TestMethod]
    [DataRow(5, 10, 10, 3, 2, 20)] // 5 heads' worth of tokens, not 10
    [DataRow(5, 10, 3, 3, 2, 14)]
    [DataRow(3, 6, 6, 2, 3, 11)]   // N + S - 2 = 4 a head
    [DataRow(2, 4, 4, 1, 3, 5)]
    public void With_fewer_tokens_than_dimensions_the_rank_is_lower(
        int n, int d, int headDimension, int heads, int promptLength, int rank)
    {
        var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1 }.CreateDistribution(7);
        var architecture = Architecture(n, promptLength + 1, PerHead(d, headDimension, heads));
        var corollary = BoundSet.For(law, architecture).Single(bound => bound.Name == Corollary2.Name);
        Assert.AreEqual(rank, MemoryConstruction.Create(law, architecture, seed: 3).Rank);
        Assert.AreEqual(Math.Min(corollary.Count!.Value, Math.Pow(n, promptLength)) <= rank, corollary.Holds);
    }

    [TestMethod]
    public void Of_any_subset_of_the_prompts_the_rank_is_what_a_bound_that_holds_promises()
    {
        var random = new Random(5);
        int missed = 0, kept = 0;
        for (int i = 0; i < 400; i++)
        {
            int n = random.Next(2, 8), promptLength = random.Next(2, 4), d = random.Next(2, 8);
            int headDimension = random.Next(1, d + 1), heads = random.Next(1, 5);
            int prompts = random.Next(1, (int)Math.Min(Math.Pow(n, promptLength), (heads * headDimension) + d) + 1);
            var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1, Prompts = prompts }.CreateDistribution(i);
            var architecture = Architecture(n, promptLength + 1, PerHead(d, headDimension, heads));
            bool holds = BoundSet.For(law, architecture).Single(bound => bound.Name == Corollary2.Name).Holds == true;

            var built = MemoryConstruction.Create(law, architecture, seed: 3);
            bool isMissed = built.Rank < prompts;

            missed += isMissed ? 1 : 0;
            kept += holds ? 1 : 0;
            if (!isMissed && built.ConditionNumber < 1e9)
                Assert.IsTrue(law.EnumeratePrompts(promptLength).All(prompt => Holds(law, architecture, built, prompt)), $"{i}");
            Assert.IsFalse(isMissed && holds, $"{i}: N {n}, S {promptLength}, d {d}, d_h {headDimension}, H {heads}, {prompts}");
        }
        Assert.IsGreaterThan(5, missed, "without subsets that miss it this test shows nothing");
        Assert.IsGreaterThan(200, kept);
    }

    [TestMethod]
    public void Exclusive_or_is_more_than_one_head_holds_of_two_tokens()
    {
        // For a given last token the difference of the two logits has the sign of a sum of a function of each token.
        double[] uniform = [0.5, 0.5], second = [0.5, 0.5, 0.5, 0.5], third = [.. Enumerable.Repeat(0.5, 8)];
        double[] rows = [.. Enumerable.Range(0, 8).SelectMany(prompt =>
            ((prompt >> 2) ^ (prompt >> 1) & 1) == 0 ? new double[] { 1, 0 } : [0, 1])];
        var law = ExplicitLaw.Of(2, uniform, second, third, rows).CreateDistribution(0);
        var architecture = Architecture(2, 4, PerHead(4, 4, 1));
        var built = MemoryConstruction.Create(law, architecture, seed: 3);
        var corollary = BoundSet.For(law, architecture).Single(bound => bound.Name == Corollary2.Name);
        Assert.AreEqual(8, corollary.Count);
        Assert.IsFalse(corollary.Holds);
        Assert.IsLessThan(8, law.EnumeratePrompts(3).Count(prompt => Holds(law, architecture, built, prompt)));
    }

    [TestMethod]
    [DataRow(5, 3, 11)]
    [DataRow(6, 4, 12)]
    [DataRow(7, 2, 13)]
    public void Laws_of_full_support_are_within_Theorem_1_of_the_best_encoder(int n, int d, int seed)
    {
        var law = new PowerLaw { VocabularySize = n, Alphas = [0.5, 0.5, 0.7], Supports = [n, n, n] }.CreateDistribution(seed);
        var encoder = new SequenceEncoderArchitecture
        {
            VocabularySize = n,
            ContextWindow = 3,
            Order = 3,
            Options = new() { EmbeddingDimension = d, Precision = ModelPrecision.Float64 },
        };
        double optimum = SequenceEncoderOptimum.Find(law, encoder).Divergence;
        int all = (int)Math.Ceiling((n * n - d) / (double)d);
        foreach (int heads in (int[])[all, all - 1, all - 2, all / 2])
        {
            var architecture = Architecture(n, 3, PerHead(d, d, heads));
            var built = MemoryConstruction.Create(law, architecture, seed: 3);
            var prompts = law.EnumeratePrompts(2).OrderByDescending(prompt => prompt.Probability).ToList();
            double epsilon = prompts.Skip(heads * d + d).Sum(prompt => prompt.Probability);
            double divergence = prompts.Sum(prompt => prompt.Probability * Divergence(law, built, prompt));
            Assert.IsGreaterThan(optimum - 1e-9, divergence, "Proposition 1");
            Assert.IsLessThan(optimum + 100 * epsilon + 1e-6, divergence, $"{heads} heads leave {epsilon}");
            var theorem = BoundSet.For(law, architecture).Capacities.Single(bound => bound.Name == "theorem1Parameters");
            Assert.AreEqual(epsilon == 0, theorem.Holds, "its value is for epsilon 0");
        }
    }

    [TestMethod]
    [DataRow(8, 7, 2, 8)] // d = N - 1
    [DataRow(8, 9, 2, 8)] // coordinates to spare
    [DataRow(6, 5, 3, 6)]
    [DataRow(8, 7, 2, 3)] // sparse rows
    public void A_law_of_any_support_is_held_where_d_has_room_for_it(int n, int d, int promptLength, int support)
    {
        int[] supports = [.. Enumerable.Repeat(n, promptLength), support];
        double[] alphas = [.. Enumerable.Repeat(0.9, promptLength), 0.7];
        var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1, Alphas = alphas, Supports = supports }
            .CreateDistribution(7);
        int heads = (int)Math.Ceiling((Math.Pow(n, promptLength) - d) / 4);
        var built = MemoryConstruction.Create(law, Architecture(n, promptLength + 1, PerHead(d, 4, heads)), seed: 3);

        Assert.AreEqual(law.EnumeratePrompts(promptLength).Count(), built.Solved);
        foreach (var prompt in law.EnumeratePrompts(promptLength))
            Assert.AreEqual(0, Divergence(law, built, prompt), support == n ? 1e-9 : 1e-8, "1e-9 goes to impossible tokens");
    }

    [TestMethod]
    public void Below_N_less_1_dimensions_it_is_the_best_sequence_encoder()
    {
        // The infimum of this law was found apart from this program.
        var settings = new ExperimentSettings
        {
            Law = new PowerLaw { VocabularySize = 10, Alphas = [0.9, 0.9, 0.7], Supports = [10, 10, 10] },
        };
        var law = settings.Resolve().OpenDistribution()!;
        var built = MemoryConstruction.Create(law, Architecture(10, 3, PerHead(3, 3, 33)), seed: 3);
        Assert.AreEqual(100, built.Solved);
        double divergence = law.EnumeratePrompts(2).Sum(prompt => prompt.Probability * Divergence(law, built, prompt));
        Assert.AreEqual(0.2016, divergence, 0.0001);
    }

    [TestMethod]
    public void Beyond_T_eps_the_divergence_is_of_the_order_of_epsilon()
    {
        var law = new PowerLaw { VocabularySize = 8, Alphas = [0.4, 0.4, 0.8], Supports = [8, 8, 8] }.CreateDistribution(7);
        foreach (int heads in (int[])[4, 7, 10, 13])
        {
            var built = MemoryConstruction.Create(law, Architecture(8, 3, PerHead(7, 4, heads)), seed: 3);
            Assert.AreEqual(4 * heads + 7, built.Solved);
            var prompts = law.EnumeratePrompts(2).OrderByDescending(prompt => prompt.Probability).ToList();
            double epsilon = prompts.Skip(built.Solved).Sum(prompt => prompt.Probability);
            double divergence = prompts.Sum(prompt => prompt.Probability * Divergence(law, built, prompt));
            Assert.IsInRange(0, 100 * epsilon, divergence, $"{heads} heads leave {epsilon}");
            Assert.AreEqual(0, prompts.Take(built.Solved).Max(prompt => Divergence(law, built, prompt)), 1e-9);
        }
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights_and_another_gives_others()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(7);
        var architecture = Architecture(5, 3, new() { EmbeddingDimension = 3, HeadDimension = 3, Heads = 8 });
        double[] Unembedding(int seed) => MemoryConstruction.Create(law, architecture, seed).Parameters["unemb.weight"].Values;
        CollectionAssert.AreEqual(Unembedding(1), Unembedding(1));
        CollectionAssert.AreNotEqual(Unembedding(1), Unembedding(2));
    }

    [TestMethod]
    public void What_cannot_be_built_is_named()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(7);
        string Refusal(TransformerOptions options) => Assert.Throws<ArgumentException>(() =>
            MemoryConstruction.Create(law, Architecture(5, 3, options), seed: 1)).Message;
        Assert.Contains("Layers is 2", Refusal(new() { Layers = 2 }));
        Assert.Contains("MlpWidth is 4", Refusal(new() { MlpWidth = 4 }));
        Assert.Contains("Projections is Shared", Refusal(new()));
        Assert.Contains("EmbeddingDimension is 1", Refusal(new() { EmbeddingDimension = 1, HeadDimension = 1 }));
    }

    [TestMethod]
    public void The_condition_number_is_that_of_known_singular_values()
    {
        // Diagonal, with a column of zeros more than rows.
        double[] values = [4, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.001, 0];
        using var system = new LinearSystem(values, equations: 3);
        Assert.AreEqual(4000, system.ConditionNumber, 4000 * 0.05, "power iteration, to a few per cent");
        var (solution, rank, _) = system.Solve([8, 1, 0.003]);
        Assert.AreEqual(3, rank);
        CollectionAssert.AreEqual(new[] { 2.0, 2, 3, 0 }, solution.Select(x => Math.Round(x, 9)).ToArray());
    }

    [TestMethod]
    public void Equations_that_depend_on_each_other_are_solved_as_well_as_can_be()
    {
        using var system = new LinearSystem([1, 0, 0, 1, 0, 0], equations: 2);
        Assert.AreEqual(double.PositiveInfinity, system.ConditionNumber);
        var (solution, rank, condition) = system.Solve([1, 3]);
        Assert.AreEqual(1, rank);
        Assert.AreEqual(1, condition, 1e-12);
        Assert.AreEqual(2, solution[0], 1e-12, "the mean is nearest to both");
    }

    private static TransformerOptions PerHead(int d, int headDimension, int heads) => new()
    {
        EmbeddingDimension = d,
        HeadDimension = headDimension,
        Heads = heads,
        Projections = Projections.PerHead,
        Precision = ModelPrecision.Float64,
    };

    private static double Divergence(INGramDistribution law, Construction built, Prompt prompt) =>
        ConstructionCheck.Divergence(law, built, prompt.Tokens);

    private static TransformerArchitecture Architecture(int n, int window, TransformerOptions options) => new()
    {
        VocabularySize = n,
        ContextWindow = window,
        Order = window,
        Options = options,
    };

    private static bool Holds(INGramDistribution law, TransformerArchitecture architecture, Construction built, Prompt prompt)
    {
        double[] row = new double[law.VocabularySize];
        law.GetProbabilities(prompt.Tokens, row);
        double[] logits = BruteForce.Logits(architecture, built.Parameters, prompt.Tokens)[^1];
        return Array.IndexOf(logits, logits.Max()) == Array.IndexOf(row, row.Max());
    }
}
