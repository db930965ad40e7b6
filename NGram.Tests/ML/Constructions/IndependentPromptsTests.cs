using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Constructions;
using NGram.ML.Constructions.Systems;
using NGram.ML.Models;

namespace NGram.Tests.ML.Constructions;

/// <summary>Which prompts the construction takes where the heaviest are dependent, against all sets of prompts.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class IndependentPromptsTests
{
    [TestMethod]
    public void No_independent_set_of_prompts_is_heavier_and_all_of_the_one_taken_are_held()
    {
        var random = new Random(5);
        int dependent = 0, above = 0;
        for (int i = 0; i < 300; i++)
        {
            int n = random.Next(2, 5), promptLength = random.Next(2, 4), d = random.Next(2, 6);
            int headDimension = random.Next(1, d + 1), heads = random.Next(1, 3);
            var law = Law(n, promptLength, random.Next(2, (int)Math.Min(Math.Pow(n, promptLength), 12) + 1), seed: i);
            var architecture = Architecture(n, promptLength, d, headDimension, heads);
            List<Prompt> prompts = [.. HeaviestPrompts.All(law, promptLength)];
            var averages = new AttentionAverages(architecture, scoreScale: 3, seed: 3);
            int room = AttentionAverages.RoomOf(architecture), rank = Rank(averages, prompts);
            if (Rank(averages, [.. prompts.Take(room)]) == Math.Min(room, prompts.Count))
                continue;
            dependent++;
            double most = Subsets(prompts, rank).Where(set => Rank(averages, set) == rank).Max(Mass);

            var built = MemoryConstruction.Create(law, architecture, seed: 3);

            string at = $"{i}: N {n}, S {promptLength}, d {d}, d_h {headDimension}, H {heads}, {prompts.Count} prompts";
            Assert.AreEqual(most, Mass(IndependentPrompts.Of(prompts, averages, room)), 1e-12, at);
            Assert.AreEqual((rank, rank), (built.Solved, built.Rank), at);
            List<Prompt> held = [.. prompts.Where(prompt => ConstructionCheck.Holds(law, built, prompt.Tokens))];
            Assert.IsGreaterThanOrEqualTo(rank, held.Count, at);
            Assert.IsGreaterThanOrEqualTo(most - 1e-12, Mass(held), at);
            above += rank == Math.Min(room, prompts.Count) ? 1 : 0;
        }
        Assert.IsGreaterThan(30, dependent);
        Assert.IsGreaterThan(5, above, "lighter prompts make up the number that the corollary promises");
    }

    [TestMethod]
    [DataRow(4, 63, 4, 2, 1, 6)]
    [DataRow(5, 87, 5, 2, 2, 9)]
    [DataRow(6, 144, 3, 1, 1, 4)]
    public void Where_the_heaviest_are_dependent_as_many_are_held_as_the_corollary_says(
        int n, int count, int d, int headDimension, int heads, int promised)
    {
        int dependent = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var law = Law(n, promptLength: 3, count, seed);
            var architecture = Architecture(n, promptLength: 3, d, headDimension, heads);
            var corollary = BoundSet.For(law, architecture).Single(bound => bound.Name == Corollary2.Name);
            Assert.AreEqual((promised, true), ((int)corollary.Count!.Value, corollary.Holds));
            Assert.AreEqual(promised, MemoryConstruction.Create(law, architecture, seed: 3).Rank, $"seed {seed}");
            List<Prompt> heaviest = [.. HeaviestPrompts.All(law, 3).Take(promised)];
            dependent += Rank(new AttentionAverages(architecture, scoreScale: 3, seed: 3), heaviest) < promised ? 1 : 0;
        }
        Assert.IsGreaterThan(0, dependent);
    }

    [TestMethod]
    public void More_than_a_block_of_dependent_prompts_leaves_the_rank_that_the_bound_knows()
    {
        // d > N: a rank of H (N + S - 2) + N, and 512 prompts.
        var law = Law(8, promptLength: 3, count: null, seed: 1);
        var architecture = Architecture(8, promptLength: 3, 60, 60, 9);
        List<Prompt> prompts = [.. HeaviestPrompts.All(law, 3)];
        var averages = new AttentionAverages(architecture, scoreScale: 3, seed: 3);
        Assert.HasCount((9 * 9) + 8, IndependentPrompts.Of(prompts, averages, prompts.Count));
        Assert.AreEqual(89, MemoryConstruction.Create(law, architecture, seed: 3).Rank);
    }

    private static NGramDistribution Law(int n, int promptLength, int? count, int seed)
    {
        double[] alphas = [.. Enumerable.Repeat(0.6, promptLength), 1];
        int[] supports = [.. Enumerable.Repeat(n, promptLength), 1];
        var law = new PowerLaw { VocabularySize = n, Order = promptLength + 1, Prompts = count };
        return (law with { Alphas = alphas, Supports = supports }).CreateDistribution(seed);
    }

    private static TransformerArchitecture Architecture(int n, int promptLength, int d, int headDimension, int heads) => new()
    {
        VocabularySize = n,
        ContextWindow = promptLength + 1,
        Order = promptLength + 1,
        Options = new()
        {
            EmbeddingDimension = d,
            HeadDimension = headDimension,
            Heads = heads,
            Projections = Projections.PerHead,
            Precision = ModelPrecision.Float64,
        },
    };

    private static double Mass(IEnumerable<Prompt> prompts) => prompts.Sum(prompt => prompt.Probability);

    private static IEnumerable<List<Prompt>> Subsets(List<Prompt> prompts, int size) =>
        from bits in Enumerable.Range(0, 1 << prompts.Count)
        where int.PopCount(bits) == size
        select prompts.Where((_, i) => (bits >> i & 1) == 1).ToList();

    // Elimination with full pivoting.
    private static int Rank(AttentionAverages averages, List<Prompt> prompts)
    {
        int columns = averages.Columns;
        var rows = averages.Of(prompts).Chunk(columns).ToList();
        for (int rank = 0; ; rank++)
        {
            if (rows.Count == 0)
                return rank;
            double[] pivot = rows.MaxBy(row => row.Max(Math.Abs))!;
            int column = Array.FindIndex(pivot, value => Math.Abs(value) == pivot.Max(Math.Abs));
            if (Math.Abs(pivot[column]) < 1e-9)
                return rank;
            _ = rows.Remove(pivot);
            foreach (double[] row in rows)
            {
                double factor = row[column] / pivot[column];
                for (int i = 0; i < columns; i++)
                    row[i] -= factor * pivot[i];
            }
        }
    }
}
