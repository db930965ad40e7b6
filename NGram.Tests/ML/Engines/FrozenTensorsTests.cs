using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Experiments;
using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.Tests.ML.Fused;

namespace NGram.Tests.ML.Engines;

/// <summary>Tensors that do not train, on both engines.</summary>
[TestClass]
public sealed class FrozenTensorsTests
{
    private const int BatchSize = 32;

    private static readonly TransformerArchitecture Shared = new()
    {
        VocabularySize = 9,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 6, HeadDimension = 4, Heads = 5, SubHeads = 2, Layers = 2, MlpWidth = 7 },
    };

    private static readonly TransformerArchitecture PerHead = Shared with
    {
        Options = new() { EmbeddingDimension = 5, HeadDimension = 3, Heads = 4, Projections = Projections.PerHead },
    };

    public static IEnumerable<object[]> Cases =>
        from isFused in new[] { true, false }
        from architecture in new[] { nameof(Shared), nameof(PerHead) }
        from freeze in (FrozenTensors[])
        [
            FrozenTensors.Embeddings,
            FrozenTensors.Unembedding,
            FrozenTensors.QueryKey,
            FrozenTensors.Embeddings | FrozenTensors.Unembedding | FrozenTensors.QueryKey,
        ]
        select new object[] { isFused, architecture, freeze };

    /// <summary>Adam moves each element by its own gradient: after one step all others are where they would be anyway.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_is_frozen_stays_and_all_else_moves_as_without(bool isFused, string name, FrozenTensors freeze)
    {
        var architecture = name == nameof(Shared) ? Shared : PerHead;
        var initial = RandomModels.Weights(architecture, new Random(2));
        var free = Trained(architecture, initial, FrozenTensors.None, isFused, steps: 1);
        var once = Trained(architecture, initial, freeze, isFused, steps: 1);
        var often = Trained(architecture, initial, freeze, isFused, steps: 5);
        long moved = 0;
        foreach (var (tensor, shape) in architecture.Parameters)
        {
            int rows = Frozen(architecture, tensor, freeze) * (int)shape[^1];
            double[] before = initial[tensor].Values;
            CollectionAssert.AreEqual(before[..rows], once[tensor].Values[..rows], tensor);
            CollectionAssert.AreEqual(before[..rows], often[tensor].Values[..rows], tensor);
            CollectionAssert.AreEqual(free[tensor].Values[rows..], once[tensor].Values[rows..], tensor);
            moved += before[rows..].Zip(often[tensor].Values[rows..]).Count(pair => pair.First != pair.Second);
        }
        // But for the position that no model sees.
        Assert.AreEqual(
            architecture.TrainedParameterCount(freeze)
                - (freeze.HasFlag(FrozenTensors.Embeddings) ? 0 : architecture.AttentionInputDimension),
            moved);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_saved_state_goes_on_as_if_it_had_not_been_saved(bool isFused)
    {
        const FrozenTensors freeze = FrozenTensors.Embeddings | FrozenTensors.QueryKey;
        var initial = RandomModels.Weights(Shared, new Random(2));
        using var whole = Create(Shared, initial, freeze, isFused);
        using var second = Create(Shared, RandomModels.Weights(Shared, new Random(3)), freeze, isFused);
        Step(whole, 0);
        second.SetState(whole.GetState());
        Step(whole, 1);
        Step(second, 1);
        foreach (var (tensor, value) in whole.GetParameters())
            CollectionAssert.AreEqual(value.Values, second.GetParameters()[tensor].Values, tensor);
    }

    [TestMethod]
    [DataRow(FrozenTensors.None, 6816)]
    [DataRow(FrozenTensors.Embeddings, 6816 - 50 * 10 - 3 * 8)]
    [DataRow(FrozenTensors.Unembedding, 6816 - 50 * 10)]
    [DataRow(FrozenTensors.QueryKey, 6816 - 22 * 2 * 8 * 8)]
    [DataRow(FrozenTensors.Unembedding | FrozenTensors.QueryKey, 6816 - 50 * 10 - 22 * 2 * 8 * 8)]
    public void Parameters_are_counted_in_three_ways(FrozenTensors freeze, long trained)
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 50,
            Order = 3,
            ContextWindow = 3,
            Options = new(),
        };
        Assert.AreEqual(6816, architecture.ParameterCount);
        Assert.AreEqual(6816 - 2 * 50 * 10 - 3 * 8, architecture.NonEmbeddingParameterCount);
        Assert.AreEqual(trained, architecture.TrainedParameterCount(freeze));
    }

    [TestMethod]
    public void An_experiment_keeps_what_is_frozen_and_counts_it()
    {
        var settings = new ExperimentSettings
        {
            Law = new PowerLaw { VocabularySize = 8 },
            Batches = 4,
            Baseline = null,
            Training = new() { BatchSize = 16, Epochs = 2, Freeze = FrozenTensors.QueryKey },
        };
        using var result = Experiment.Run(settings);
        var initial = Initialization.Create(result.Transformer.Architecture, settings.Resolve().InitialSeed!.Value);
        double[] before = initial["attn_seq.0.7.in_proj_weight"].Values;
        double[] after = result.Transformer.Parameters["attn_seq.0.7.in_proj_weight"].Values;
        CollectionAssert.AreEqual(Array.ConvertAll(before[..128], x => (float)x), Array.ConvertAll(after[..128], x => (float)x));
        CollectionAssert.AreNotEqual(before[128..], after[128..]);
        Assert.AreEqual(result.Summary.Parameters - 22 * 2 * 64, result.Summary.TrainedParameters);
        Assert.AreEqual(result.Summary.Parameters - 2 * 8 * 10 - 3 * 8, result.Summary.NonEmbeddingParameters);
    }

    [TestMethod]
    public void A_model_without_such_tensors_is_refused()
    {
        var encoder = new SequenceEncoderArchitecture { VocabularySize = 4, Order = 2, ContextWindow = 2, Options = new() };
        var exception = Assert.ThrowsExactly<OptionException>(() => EngineFactory.Create(
            encoder,
            Initialization.Create(encoder, 1),
            new() { Freeze = FrozenTensors.Embeddings },
            distribution: null,
            out _,
            out _));
        Assert.StartsWith("Freeze is Embeddings; it must be None for this model", exception.Message);
        Assert.ThrowsExactly<OptionException>(new TrainingOptions { Freeze = (FrozenTensors)8 }.Validate);
    }

    /// <summary>By the definition: whole embeddings, and the query's and the key's rows of a module.</summary>
    private static int Frozen(TransformerArchitecture architecture, string tensor, FrozenTensors freeze) => tensor switch
    {
        "word_emb.weight" when freeze.HasFlag(FrozenTensors.Embeddings) => architecture.VocabularySize,
        "pos_emb.weight" when freeze.HasFlag(FrozenTensors.Embeddings) => architecture.ContextWindow,
        "unemb.weight" when freeze.HasFlag(FrozenTensors.Unembedding) => architecture.VocabularySize,
        _ when tensor.Contains("in_proj") && freeze.HasFlag(FrozenTensors.QueryKey) => 2 * architecture.Options.HeadDimension,
        _ => 0,
    };

    private static ITrainingEngine Create(
        TransformerArchitecture architecture, StateDict initial, FrozenTensors freeze, bool isFused) => isFused
        ? new FusedEngine(architecture, initial, TrainingObjective.NextToken, null, BatchSize, freeze: freeze)
        : new TorchSharpEngine(architecture, initial, TrainingObjective.NextToken, null, freeze);

    private static StateDict Trained(
        TransformerArchitecture architecture, StateDict initial, FrozenTensors freeze, bool isFused, int steps)
    {
        // As the engine itself rounds them.
        using var engine = Create(architecture, initial, freeze, isFused);
        foreach (var (tensor, value) in engine.GetParameters())
            value.Values.CopyTo(initial[tensor].Values, 0);
        for (int step = 0; step < steps; step++)
            Step(engine, step);
        return engine.GetParameters();
    }

    private static void Step(ITrainingEngine engine, int step) =>
        engine.Step(RandomModels.Tokens(Shared, BatchSize, new Random(step)), 1e-2);
}
