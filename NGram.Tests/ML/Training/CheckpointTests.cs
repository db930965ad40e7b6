using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Training;

/// <summary>A training that stopped anywhere goes on to the same bits.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 8 }.CreateDistribution(1);
    private static readonly TrainingOptions Training = new()
    {
        BatchSize = 64,
        Epochs = 4,
        LearningRate = 0.02,
        FinalLearningRate = 0.001,
        Seed = 3,
        Patience = 3,
    };

    private string directory = "";

    private string CheckpointPath => Path.Combine(directory, "checkpoint", "training.safetensors");

    private static IDataView Data => Ml.NGrams.Sample(Law, rows: 640, seed: 4);

    [TestInitialize]
    public void MakeFolder() => directory = Directory.CreateTempSubdirectory("ngram-test-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(directory, recursive: true);

    [TestMethod]
    [DataRow(TrainingEngine.TorchSharp, false, false)]
    [DataRow(TrainingEngine.TorchSharp, true, false)]
    [DataRow(TrainingEngine.Fused, false, false)]
    [DataRow(TrainingEngine.Fused, true, false)]
    [DataRow(TrainingEngine.Fused, false, true)]
    public void A_training_goes_on_from_every_checkpoint_to_the_same_bits(TrainingEngine engine, bool isEncoder, bool isOnline)
    {
        var training = Training with { Engine = engine, Online = isOnline };
        using var whole = Fit(training, isEncoder, checkpoints: null);
        // 40 steps: within an epoch, at its end, and at the very end.
        foreach (int every in new[] { 7, 10, 40 })
        {
            using (Fit(training, isEncoder, new CheckpointOptions { Path = CheckpointPath, Every = every }))
            {
            }
            using var resumed = Fit(training, isEncoder, new CheckpointOptions { Path = CheckpointPath, Resume = true });
            AssertSame(whole, resumed, $"every {every}");
        }
    }

    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 1)]
    [DataRow(3, 2)]
    public void Other_threads_go_on_to_the_same_bits(int before, int after)
    {
        var training = Training with { Engine = TrainingEngine.Fused };
        using var whole = Fit(training with { Threads = 1 }, isEncoder: false, checkpoints: null);
        var checkpoints = new CheckpointOptions { Path = CheckpointPath, Every = 7 };
        using (Fit(training with { Threads = before }, isEncoder: false, checkpoints))
        {
        }
        checkpoints = new CheckpointOptions { Path = CheckpointPath, Resume = true };
        using var resumed = Fit(training with { Threads = after }, isEncoder: false, checkpoints);
        AssertSame(whole, resumed, $"{before} threads, then {after}");
    }

    [TestMethod]
    public void Two_threads_keep_the_weights_of_one_when_a_training_diverges()
    {
        var training = Training with { Engine = TrainingEngine.Fused, LearningRate = 1e18, FinalLearningRate = null };
        using var one = Fit(training with { Threads = 1 }, isEncoder: false, checkpoints: null);
        using var two = Fit(training with { Threads = 2 }, isEncoder: false, checkpoints: null);
        Assert.AreEqual(StopReason.NotFinite, one.History.StopReason);
        AssertSame(one, two, "diverged");
    }

    [TestMethod]
    [DataRow(TrainingEngine.TorchSharp)]
    [DataRow(TrainingEngine.Fused)]
    public void A_cancelled_training_writes_one_and_goes_on_from_it(TrainingEngine engine)
    {
        var endless = Training with { Engine = engine, Epochs = 1_000_000, FinalLearningRate = null, Patience = null };
        using var source = new CancellationTokenSource();
        using var cancelled = Ml.NGrams.Transformer(Options, endless, new NextTokenOptions
        {
            Distribution = Law,
            CancellationToken = source.Token,
            Progress = new CancelOnReport(source),
            Checkpoints = new CheckpointOptions { Path = CheckpointPath },
        }).Fit(Data);
        Assert.AreEqual(StopReason.Cancelled, cancelled.History.StopReason);
        var state = TrainingCheckpoint.Load(CheckpointPath, batchesPerEpoch: 10, entropy: 0);
        Assert.AreEqual(cancelled.History.Steps, state.History.Steps);
        CollectionAssert.AreEqual(cancelled.History.Losses.ToArray(), state.History.Losses.ToArray());
        CollectionAssert.AreEqual(cancelled.Parameters["unemb.weight"].Values, state.State.Parameters["unemb.weight"].Values);

        var longer = endless with { Epochs = cancelled.History.Steps / 10 + 2 };
        using var whole = Fit(longer, isEncoder: false, checkpoints: null);
        using var resumed = Fit(longer, isEncoder: false, new CheckpointOptions { Path = CheckpointPath, Resume = true });
        AssertSame(whole, resumed, $"after {cancelled.History.Steps} steps");
    }

    [TestMethod]
    public void A_cancelled_training_that_cannot_be_saved_is_kept()
    {
        string file = Path.Combine(directory, "file");
        File.WriteAllText(file, "in which no folder can be made");
        using var source = new CancellationTokenSource();
        var endless = Training with { Epochs = 1_000_000, Patience = null };
        using var cancelled = Ml.NGrams.Transformer(Options, endless, new NextTokenOptions
        {
            Distribution = Law,
            CancellationToken = source.Token,
            Progress = new CancelOnReport(source),
            Checkpoints = new CheckpointOptions { Path = Path.Combine(file, "training.safetensors") },
        }).Fit(Data);
        Assert.AreEqual(StopReason.Cancelled, cancelled.History.StopReason);
        Assert.IsInstanceOfType<IOException>(cancelled.History.CheckpointFault);
        Assert.IsGreaterThan(0, cancelled.History.Steps);
    }

    [TestMethod]
    public void A_resumed_training_goes_on_saving_checkpoints()
    {
        var once = Training with { Epochs = 1, FinalLearningRate = null };
        using (Fit(once, isEncoder: false, new CheckpointOptions { Path = CheckpointPath, Every = 5 }))
        {
        }
        using (Fit(once with { Epochs = 2 }, isEncoder: false, new CheckpointOptions { Path = CheckpointPath, Resume = true }))
        {
        }
        var last = TrainingCheckpoint.Load(CheckpointPath, batchesPerEpoch: 10, entropy: 0);
        Assert.AreEqual((20, 5), (last.History.Steps, last.Every!.Value));
    }

    [TestMethod]
    public void Another_trainings_checkpoint_is_refused_in_one_sentence()
    {
        using (Fit(Training, isEncoder: false, new CheckpointOptions { Path = CheckpointPath, Every = 10 }))
        {
        }
        var resume = new CheckpointOptions { Path = CheckpointPath, Resume = true };
        string Message(TrainingOptions training, bool isEncoder) =>
            Assert.ThrowsExactly<InvalidDataException>(() => Fit(training, isEncoder, resume)).Message;
        StringAssert.Contains(
            Message(Training with { BatchSize = 32 }, isEncoder: false),
            "10 batches an epoch; this one has 20");
        StringAssert.Contains(Message(Training, isEncoder: true), "another model");
        byte[] bytes = File.ReadAllBytes(CheckpointPath);
        File.WriteAllBytes(CheckpointPath, bytes[..(bytes.Length / 2)]);
        StringAssert.Contains(Message(Training, isEncoder: false), CheckpointPath);
    }

    [TestMethod]
    public void A_loss_that_is_no_number_falls_back_to_the_last_good_weights()
    {
        // A learning rate beyond float32 sends the weights to infinity in one step.
        using var model = Fit(
            Training with
            {
                LearningRate = 1e38,
                FinalLearningRate = null,
                Epochs = 1,
            },
            isEncoder: false,
            checkpoints: null);
        Assert.AreEqual(StopReason.NotFinite, model.History.StopReason);
        Assert.IsTrue(model.Parameters.Values.All(parameter => parameter.Values.All(double.IsFinite)));
    }

    private static TransformerOptions Options => new() { EmbeddingDimension = 6, HeadDimension = 4, Heads = 3 };

    private static NextTokenTransformer Fit(TrainingOptions training, bool isEncoder, CheckpointOptions? checkpoints)
    {
        var fit = new NextTokenOptions { Distribution = Law, Checkpoints = checkpoints };
        NextTokenEstimator estimator = isEncoder
            ? Ml.NGrams.SequenceEncoder(new SequenceEncoderOptions { EmbeddingDimension = 6 }, training, fit)
            : Ml.NGrams.Transformer(Options, training, fit);
        return estimator.Fit(Data);
    }

    private static void AssertSame(NextTokenTransformer expected, NextTokenTransformer actual, string message)
    {
        CollectionAssert.AreEqual(expected.History.Losses.ToArray(), actual.History.Losses.ToArray(), message);
        CollectionAssert.AreEqual(expected.History.Accuracies.ToArray(), actual.History.Accuracies.ToArray(), message);
        Assert.AreEqual(expected.History.StopReason, actual.History.StopReason, message);
        foreach (var (name, parameter) in expected.Parameters)
            CollectionAssert.AreEqual(parameter.Values, actual.Parameters[name].Values, $"{message}: {name}");
    }

    private sealed class CancelOnReport(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
