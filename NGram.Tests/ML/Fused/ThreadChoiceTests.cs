using NGram.Cli.Bench.Cases;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Models;

namespace NGram.Tests.ML.Fused;

[TestClass]
public sealed class ThreadChoiceTests
{
    private const int Most = 3;

    /// <summary>One thread for every 10 MFLOP of a step.</summary>
    [TestMethod]
    [DataRow("notebook", 1)]
    [DataRow("experiment 1", 1)]
    [DataRow("experiment 5 AoT", 2)]
    [DataRow("experiment 5 MLP", 8)]
    [DataRow("larger dimension", 8)]
    [DataRow("three layers", 6)]
    [DataRow("experiment 6", 1)]
    [DataRow("sequence encoder", 1)]
    public void A_step_has_as_many_threads_as_its_arithmetic_keeps_busy(string name, int threads)
    {
        var model = BenchCase.All.Single(model => model.Name == name);
        Assert.AreEqual(threads, ThreadChoice.Most(model.Architecture, model.BatchSize, cores: 8));
        Assert.AreEqual(1, ThreadChoice.Most(model.Architecture, model.BatchSize, cores: 1));
    }

    [TestMethod]
    [DataRow(60, 100, Most)]
    [DataRow(95, 100, Most)]
    [DataRow(100, 95, Most)]
    [DataRow(270, 100, 1)]
    public void The_faster_way_does_most_of_the_steps(int together, int alone, int threads)
    {
        var choice = new ThreadChoice(Most);
        Run(choice, 5000, together, alone);
        Assert.AreEqual(threads, choice.Threads);
    }

    [TestMethod]
    public void The_way_changes_when_the_machine_does_and_is_seldom_tried()
    {
        var choice = new ThreadChoice(Most);
        Assert.IsLessThan(120, Run(choice, 5000, together: 60, alone: 100));
        Assert.IsTrue(choice.Together);
        Run(choice, 20_000, together: 300, alone: 100);
        Assert.IsFalse(choice.Together);
        Run(choice, 20_000, together: 60, alone: 100);
        Assert.IsTrue(choice.Together);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_training_that_tries_has_the_bits_of_one_thread()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 60,
            Order = 3,
            ContextWindow = 3,
            Options = new()
            {
                EmbeddingDimension = 12,
                HeadDimension = 12,
                Heads = 16,
                Layers = 3,
            },
        };
        var weights = RandomModels.Weights(architecture, new Random(1));
        FusedEngine Engine(int? threads) =>
            new(architecture, weights, TrainingObjective.NextToken, distribution: null, batchSize: 512, threads: threads);
        using FusedEngine trying = Engine(null), alone = Engine(1);
        Assert.AreEqual(Math.Min(2, Environment.ProcessorCount), Math.Min(2, trying.Threads));
        for (int step = 0; step < 120; step++)
        {
            ushort[] tokens = RandomModels.Tokens(architecture, 512, new Random(step));
            Assert.AreEqual(alone.Step(tokens, 1e-3), trying.Step(tokens, 1e-3));
        }
        foreach (var (name, tensor) in alone.GetParameters())
            CollectionAssert.AreEqual(tensor.Values, trying.GetParameters()[name].Values, name);
    }

    /// <summary>Steps that take so long; returns how many were done by one thread.</summary>
    private static int Run(ThreadChoice choice, int steps, int together, int alone)
    {
        int ofOne = 0;
        for (int step = 0; step < steps; step++)
        {
            ofOne += choice.Together ? 0 : 1;
            choice.Took(choice.Together ? together : alone);
        }
        return ofOne;
    }
}
