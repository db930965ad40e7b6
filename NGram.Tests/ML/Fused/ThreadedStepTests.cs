using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;

namespace NGram.Tests.ML.Fused;

/// <summary>Any number of threads gives the same bits.</summary>
[TestClass]
public sealed class ThreadedStepTests
{
    private const int Models = 40;

    [TestMethod]
    [DataRow(TrainingObjective.NextToken)]
    [DataRow(TrainingObjective.FullDistribution)]
    public void Random_transformers_have_the_same_bits(TrainingObjective objective)
    {
        for (int seed = 0; seed < Models; seed++)
            Compare(RandomModels.Transformer(new Random(seed)), objective, seed, steps: 3);
    }

    [TestMethod]
    [DataRow(TrainingObjective.NextToken)]
    [DataRow(TrainingObjective.FullDistribution)]
    public void Random_sequence_encoders_have_the_same_bits(TrainingObjective objective)
    {
        for (int seed = 0; seed < Models; seed++)
            Compare(RandomModels.SequenceEncoder(new Random(seed)), objective, seed, steps: 3);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_thousand_steps_have_the_same_bits()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 20,
            Order = 3,
            ContextWindow = 4,
            Options = new()
            {
                EmbeddingDimension = 9,
                HeadDimension = 5,
                Heads = 7,
                Layers = 2,
                MlpWidth = 40,
            },
        };
        Compare(architecture, TrainingObjective.NextToken, seed: 1, steps: 1000, [1, 2]);
    }

    [TestMethod]
    public void A_training_has_as_many_threads_as_it_is_told()
    {
        var architecture = RandomModels.Transformer(new Random(1));
        using var engine = EngineFactory.Create(
            architecture,
            RandomModels.Weights(architecture, new Random(1)),
            new TrainingOptions { Engine = TrainingEngine.Fused, Threads = 3 },
            distribution: null,
            out _,
            out string reason);

        Assert.AreEqual(3, ((FusedEngine)engine).Threads);
        Assert.Contains("by 3 threads.", reason);
    }

    private static void Compare(
        Architecture architecture, TrainingObjective objective, int seed, int steps, params ReadOnlySpan<int> threads)
    {
        if (threads.IsEmpty)
            threads = [1, 2, 3, 5];
        var random = new Random(seed);
        // Fewer rows than the vocabulary's tokens and more.
        int capacity = random.Next(2, 40), lanes = 4 << seed % 3;
        var weights = RandomModels.Weights(architecture, random);
        (List<double> Losses, EngineState State)? expected = null;
        foreach (int count in threads)
        {
            var law = new RandomModels.Law(architecture.Order, architecture.VocabularySize);
            using var engine = new FusedEngine(
                architecture, weights, objective, law, capacity, lanes, threads: count);
            List<double> losses = [];
            for (int step = 0; step < steps; step++)
            {
                var draws = new Random(step);
                ushort[] tokens = RandomModels.Tokens(architecture, draws.Next(1, capacity + 1), draws);
                var result = engine.Step(tokens, 1e-2);
                losses.AddRange([result.CrossEntropy, result.Accuracy]);
            }
            var state = engine.GetState();
            expected ??= (losses, state);
            string what = $"seed {seed}, {count} threads, {lanes} lanes, {architecture}";
            CollectionAssert.AreEqual(expected.Value.Losses, losses, what);
            Same(expected.Value.State.Parameters, state.Parameters, what);
            Same(expected.Value.State.FirstMoments, state.FirstMoments, what);
            Same(expected.Value.State.SecondMoments, state.SecondMoments, what);
        }
    }

    private static void Same(StateDict expected, StateDict actual, string what)
    {
        foreach (var (name, tensor) in expected)
            CollectionAssert.AreEqual(tensor.Values, actual[name].Values, $"{name}, {what}");
    }
}
