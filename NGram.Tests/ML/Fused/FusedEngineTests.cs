using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Fused;

[TestClass]
public sealed class FusedEngineTests
{
    private const int BatchSize = 64;

    private static readonly TransformerArchitecture Small = new()
    {
        VocabularySize = 12,
        Order = 3,
        ContextWindow = 4,
        Options = new()
        {
            EmbeddingDimension = 6,
            HeadDimension = 4,
            Heads = 5,
            SubHeads = 2,
            Layers = 2,
            MlpWidth = 9,
        },
    };

    private static readonly SequenceEncoderArchitecture Encoder = new()
    {
        VocabularySize = 12,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 6 },
    };

    public static IEnumerable<object[]> Runs =>
        from architecture in new[] { nameof(Small), nameof(Encoder) }
        from objective in Enum.GetValues<TrainingObjective>()
        from lanes in VectorWidths.All
        select new object[] { architecture, objective, lanes };

    /// <summary>
    /// Adam's steps amplify rounding near a zero gradient, so that parameters agree to 1e-4 only after a few of them.
    /// </summary>
    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Steps_are_those_of_TorchSharp(string name, TrainingObjective objective, int lanes)
    {
        var architecture = Named(name);
        var (weights, law) = (RandomModels.Weights(architecture, new Random(3)), new RandomModels.Law(3, 12));
        using var fused = new FusedEngine(architecture, weights, objective, law, BatchSize, lanes);
        using var torch = new TorchSharpEngine(architecture, weights, objective, law);
        for (int step = 0; step < 6; step++)
        {
            ushort[] tokens = RandomModels.Tokens(architecture, BatchSize - 9 * step, new Random(step)); // contexts come and go
            double rate = 1e-2 / (step + 1);
            var (expected, actual) = (torch.Step(tokens, rate), fused.Step(tokens, rate));
            Assert.AreEqual(expected.CrossEntropy, actual.CrossEntropy, 1e-4);
            Assert.AreEqual(expected.Accuracy, actual.Accuracy, 0.02);
        }
        var parameters = torch.GetParameters();
        foreach (var (parameter, tensor) in fused.GetParameters())
            Close.Norms(parameter, parameters[parameter].Values, tensor.Values, 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void A_step_allocates_nothing(string name, TrainingObjective objective, int lanes)
    {
        var architecture = Named(name);
        ushort[] tokens = RandomModels.Tokens(architecture, BatchSize, new Random(1));
        // The runtime may allocate something of its own at some time, on any thread; what an engine does, each one does.
        Assert.AreEqual(0L, Enumerable.Range(0, 3).Min(_ => Allocated()));

        long Allocated()
        {
            using var engine = Engine(architecture, objective, lanes);
            for (int i = 0; i < 3; i++)
                engine.Step(tokens, 1e-3);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
                engine.Step(tokens, 1e-3);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <summary>
    /// Two engines step in turn, one begins when the code is compiled already and another one computes meanwhile: bit for bit.
    /// </summary>
    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Equal_inputs_give_equal_bits(string name, TrainingObjective objective, int lanes)
    {
        var architecture = Named(name);
        var alone = Train(architecture, objective, lanes);
        var results = new StateDict[3];
        Parallel.For(0, results.Length, i => results[i] = Train(architecture, objective, lanes));
        foreach (var result in results)
        {
            foreach (var (parameter, tensor) in alone)
                CollectionAssert.AreEqual(tensor.Values, result[parameter].Values, parameter);
        }
    }

    [TestMethod]
    public void Parameters_that_the_forward_pass_does_not_use_pass_through()
    {
        var architecture = Small with { Options = Small.Options with { EmbeddingDimension = 4 } };
        var weights = RandomModels.Weights(architecture, new Random(3));
        using var engine = new FusedEngine(architecture, weights, TrainingObjective.NextToken, null, BatchSize);
        engine.Step(RandomModels.Tokens(architecture, BatchSize, new Random(1)), 1e-2);
        var trained = engine.GetParameters();
        CollectionAssert.AreEqual(weights["linear_compress.weight"].Values, trained["linear_compress.weight"].Values);
        CollectionAssert.AreEqual(weights["pos_emb.weight"].Values[12..], trained["pos_emb.weight"].Values[12..]);
        CollectionAssert.AreNotEqual(weights["pos_emb.weight"].Values[..12], trained["pos_emb.weight"].Values[..12]);
        CollectionAssert.AreEqual(architecture.Parameters.Select(p => p.Name).ToList(), trained.Keys.ToList());
    }

    /// <summary>A greatest logit that two tokens share belongs to the lower one.</summary>
    [TestMethod]
    [DataRow(0, 1.0)]
    [DataRow(1, 0.0)]
    public void Ties_go_to_the_lowest_index(int token, double accuracy)
    {
        var architecture = new SequenceEncoderArchitecture
        {
            VocabularySize = 3,
            Order = 1,
            ContextWindow = 2,
            Options = new() { EmbeddingDimension = 1 },
        };
        var weights = new StateDict { ["word_emb.weight"] = new([1, 1], [1]), ["unemb.weight"] = new([3, 1], [0.25, 0.25, -1]) };
        using var engine = new FusedEngine(architecture, weights, TrainingObjective.NextToken, null, 1);
        Assert.AreEqual(accuracy, engine.Step([0, (ushort)token], 1e-3).Accuracy);
    }

    [TestMethod]
    public void What_it_cannot_train_is_refused_with_a_reason()
    {
        var architecture = Small with { Options = Small.Options with { Precision = ModelPrecision.Float64 } };
        Assert.IsFalse(FusedEngine.Supports(architecture, out string? reason));
        StringAssert.Contains(reason, "Float64");
        Assert.IsFalse(FusedEngine.Supports(Encoder with { VocabularySize = 60000 }, out _));
        Assert.IsTrue(FusedEngine.Supports(Small, out reason));
        Assert.IsNull(reason);
        var weights = RandomModels.Weights(Small, new Random(1));
        Assert.ThrowsExactly<NotSupportedException>(() => New(architecture, [], TrainingObjective.NextToken));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => New(Small, [], TrainingObjective.NextToken)).Message,
            "The parameter word_emb.weight is missing.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => New(Small, weights, TrainingObjective.FullDistribution)).Message,
            "needs the distribution");
        weights["word_emb.weight"] = new([12, 1], new double[12]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => New(Small, weights, TrainingObjective.NextToken)).Message,
            "has the shape [12, 1]; it must be [12, 6].");

        static FusedEngine New(Architecture architecture, StateDict weights, TrainingObjective objective) =>
            new(architecture, weights, objective, distribution: null, batchSize: 1);
    }

    [TestMethod]
    public void Batches_that_do_not_fit_are_refused()
    {
        var engine = Engine(Small, TrainingObjective.NextToken);
        Assert.ThrowsExactly<ArgumentException>(() => engine.Step([], 1e-3));
        Assert.ThrowsExactly<ArgumentException>(() => engine.Step(new ushort[6], 1e-3));
        Assert.ThrowsExactly<ArgumentException>(() => engine.Step(new ushort[4 * (BatchSize + 1)], 1e-3));
        Assert.ThrowsExactly<ArgumentException>(() => engine.Step([0, 0, 0, 12], 1e-3));
        engine.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Step([0, 0, 0, 0], 1e-3));
    }

    private static Architecture Named(string name) => name == nameof(Small) ? Small : Encoder;

    private static StateDict Train(Architecture architecture, TrainingObjective objective, int lanes)
    {
        using var engine = Engine(architecture, objective, lanes);
        for (int step = 0; step < 200; step++)
            engine.Step(RandomModels.Tokens(architecture, BatchSize - step % 3, new Random(step)), 1e-2);
        return engine.GetParameters();
    }

    private static FusedEngine Engine(Architecture architecture, TrainingObjective objective, int? lanes = null) =>
        new(
            architecture,
            RandomModels.Weights(architecture, new Random(3)),
            objective,
            new RandomModels.Law(3, 12),
            BatchSize,
            lanes);
}
