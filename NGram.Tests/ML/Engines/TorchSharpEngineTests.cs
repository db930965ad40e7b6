using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.Tests.ML.Engines;

[TestClass]
public sealed class TorchSharpEngineTests
{
    private static readonly TransformerArchitecture Small = new()
    {
        VocabularySize = 6,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 4, HeadDimension = 2, Heads = 2, MlpWidth = 3 },
    };

    [TestMethod]
    public void Native_memory_is_flat()
    {
        ushort[] tokens = Architectures.Tokens(Small, rows: 8);
        using var engine = new TorchSharpEngine(
            Small,
            Initialization.Create(Small, 1),
            TrainingObjective.FullDistribution,
            TableDistribution.Random(3, 6, seed: 1));
        engine.Step(tokens, 1e-3);
        long before = LiveTensors();
        for (int step = 0; step < 200; step++)
            engine.Step(tokens, 1e-3);
        engine.Gradient(tokens);
        engine.GetParameters();
        Assert.AreEqual(before, LiveTensors());
    }

    [TestMethod]
    public void A_disposed_engine_leaves_no_tensor()
    {
        using (NextTokenModel.Create(Small, Initialization.Create(Small, 1)))
        {
            // libtorch is loaded and the thread's statistics exist.
        }
        long before = LiveTensors();
        using (var engine = new TorchSharpEngine(Small, Initialization.Create(Small, 1), TrainingObjective.NextToken))
            engine.Step(Architectures.Tokens(Small, rows: 8), 1e-3);
        Assert.AreEqual(before, LiveTensors());
    }

    [TestMethod]
    public void The_lowest_index_wins_a_tie()
    {
        var zeros = new StateDict();
        foreach (var (name, shape) in Small.Parameters)
            zeros.Add(name, new ParameterTensor(shape, new double[shape.Aggregate(1L, (p, s) => p * s)]));
        using var engine = new TorchSharpEngine(Small, zeros, TrainingObjective.NextToken);
        // Scored targets: 0 and 1, 3 and 0.
        var result = engine.Step([5, 0, 0, 1, 0, 0, 3, 0], 1e-3);
        Assert.AreEqual(0.5, result.Accuracy);
        Assert.AreEqual(Math.Log(6), result.CrossEntropy, 1e-6);
    }

    [TestMethod]
    public void The_full_distribution_needs_a_distribution()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new TorchSharpEngine(Small, Initialization.Create(Small, 1), TrainingObjective.FullDistribution));
        StringAssert.Contains(error.Message, "needs the distribution");
        error = Assert.ThrowsExactly<ArgumentException>(() =>
            new TorchSharpEngine(
                Small,
                Initialization.Create(Small, 1),
                TrainingObjective.FullDistribution,
                TableDistribution.Random(2, 5, seed: 1)));
        StringAssert.Contains(error.Message, "5 tokens");
    }

    [TestMethod]
    public void A_module_of_ones_own_trains()
    {
        using var model = new Bigram(6);
        using var engine = new TorchSharpEngine(model, contextWindow: 3, firstScored: 0, TrainingObjective.NextToken);
        ushort[] tokens = [0, 1, 2, 3, 4, 5, 5, 0, 1];
        double first = engine.Step(tokens, 0.1).CrossEntropy;
        for (int step = 0; step < 100; step++)
            engine.Step(tokens, 0.1);
        Assert.AreEqual(Math.Log(6), first, 1e-6);
        Assert.IsInRange(0, 0.02, engine.Step(tokens, 0.1).CrossEntropy);
        CollectionAssert.AreEqual(new[] { "table" }, engine.GetParameters().Keys.ToArray());
    }

    [TestMethod]
    public void Engines_on_several_threads_do_not_disturb_each_other()
    {
        ushort[] tokens = Architectures.Tokens(Small, rows: 8);
        double[] losses = [.. Enumerable.Range(0, 6).AsParallel().WithDegreeOfParallelism(3).Select(_ =>
        {
            using var engine = new TorchSharpEngine(Small, Initialization.Create(Small, 1), TrainingObjective.NextToken);
            for (int step = 0; step < 50; step++)
                engine.Step(tokens, 1e-2);
            return engine.Step(tokens, 1e-2).CrossEntropy;
        })];
        foreach (double loss in losses)
            Assert.AreEqual(losses[0], loss);
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.Float64)]
    public void Adam_gives_the_bits_of_torch_s_own(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Parameter[] own = [.. Enumerable.Range(1, 3).Select(i => new Parameter(randn([5, i], type, generator: generator)))];
        Parameter[] theirs = [.. own.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var adam = new TorchAdam(own);
        using var reference = optim.Adam(theirs, beta1: 0.9, beta2: 0.999, eps: 1e-8);
        for (int step = 1; step <= 50; step++)
        {
            adam.ClearGradients();
            reference.zero_grad();
            // The last has no gradient at first, and then counts its steps from there.
            foreach (int i in Enumerable.Range(0, step > 10 ? 3 : 2))
            {
                var gradient = randn(own[i].shape, type, generator: generator) * Math.Pow(10, -step / 10.0);
                own[i].grad = gradient.clone();
                theirs[i].grad = gradient.clone();
            }
            foreach (var group in reference.ParamGroups)
                group.LearningRate = 0.1 / step;
            adam.Step(0.1 / step);
            reference.step();
            for (int i = 0; i < own.Length; i++)
                Assert.IsTrue(own[i].equal(theirs[i]).all().item<bool>(), $"parameter {i} after step {step}");
        }
    }

    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private sealed class Bigram : NextTokenModel
    {
        private readonly Parameter table;

        public Bigram(int vocabularySize) : base(nameof(Bigram))
        {
            table = new Parameter(zeros(vocabularySize, vocabularySize));
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens) => table[tokens];
    }
}
