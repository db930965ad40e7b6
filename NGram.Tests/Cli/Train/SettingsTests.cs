using NGram.Cli.Flags;
using NGram.Cli.Terminal;
using NGram.Cli.Train;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.Cli.Train;

[TestClass]
public sealed class SettingsTests
{
    [TestMethod]
    public void Without_flags_it_is_the_notebooks_job()
    {
        var settings = Bind("");
        Assert.AreEqual(new ExperimentSettings(), settings);
        // The notebook's cell, number by number.
        Assert.AreEqual((50, 3), (settings.Law!.VocabularySize, settings.Law!.Order));
        Assert.AreEqual(
            (10, 8, 22, 1, 1, 0),
            (
                settings.Model.EmbeddingDimension,
                settings.Model.HeadDimension,
                settings.Model.Heads,
                settings.Model.SubHeads,
                settings.Model.Layers,
                settings.Model.MlpWidth));
        Assert.AreEqual(
            (1e-3, 512, 1000, 20),
            (settings.Training.LearningRate, settings.Training.BatchSize, settings.Batches, settings.Training.Epochs));
        Assert.AreEqual(
            (1e-3, 1024, 1000, 4),
            (settings.Baseline!.LearningRate, settings.Baseline.BatchSize, settings.Baseline.Batches, settings.Baseline.Epochs));
        Assert.AreEqual(2222, settings.Seed);
    }

    [TestMethod]
    public void Every_flag_reaches_its_record()
    {
        var settings = Bind("""
            --vocabulary-size 30 --order 2 --context-window 5 --law zipf --alphas -1,-2.5 --supports 30,4
            --embedding-dimension 12 --head-dimension 6 --heads 3 --sub-heads 2
            --layers 4 --mlp-width 7 --mlp-depth 2 --projections per-head --precision float64
            --learning-rate 0.01 --final-learning-rate 1e-4 --batch-size 64
            --batches 11 --epochs 5 --objective full-distribution --online
            --target-accuracy 0.9 --patience 3 --engine torchsharp --threads 2
            --baseline-batch-size 32 --baseline-batches 9 --baseline-epochs 8 --baseline-learning-rate 0.5
            --seed -7 --distribution-seed 1 --data-seed 2 --initial-seed 3
            """);
        var law = Assert.IsInstanceOfType<ZipfLaw>(settings.Law);
        Assert.AreEqual((30, 2), (law.VocabularySize, law.Order));
        Assert.IsTrue(law.Alphas!.SequenceEqual([-1, -2.5]) && law.Supports!.SequenceEqual([30, 4]));
        Assert.AreEqual(5, settings.ContextWindow);
        Assert.AreEqual(
            new TransformerOptions
            {
                EmbeddingDimension = 12,
                HeadDimension = 6,
                Heads = 3,
                SubHeads = 2,
                Layers = 4,
                MlpWidth = 7,
                MlpDepth = 2,
                Projections = Projections.PerHead,
                Precision = ModelPrecision.Float64,
            },
            settings.Model);
        Assert.AreEqual(
            new TrainingOptions
            {
                LearningRate = 0.01,
                FinalLearningRate = 1e-4,
                BatchSize = 64,
                Epochs = 5,
                Objective = TrainingObjective.FullDistribution,
                Online = true,
                TargetAccuracy = 0.9,
                Patience = 3,
                Engine = TrainingEngine.TorchSharp,
                Threads = 2,
            },
            settings.Training);
        Assert.AreEqual(11, settings.Batches);
        Assert.AreEqual(new BaselineSettings { BatchSize = 32, Batches = 9, Epochs = 8, LearningRate = 0.5 }, settings.Baseline);
        Assert.AreEqual((-7, 1, 2, 3), (settings.Seed, settings.DistributionSeed, settings.DataSeed, settings.InitialSeed));
    }

    [TestMethod]
    [DataRow("auto", null)]
    [DataRow("4", 4)]
    [DataRow("16", 16)]
    public void Lanes_are_for_the_fused_engine(string word, int? lanes)
    {
        Assert.AreEqual(lanes, Bind($"--lanes {word}").Training.Lanes);
        Assert.Throws<UsageException>(() => Bind($"--lanes {word} --engine torchsharp"));
    }

    [TestMethod]
    public void A_random_head_has_its_own_flags()
    {
        var law = Assert.IsInstanceOfType<RandomHeadLaw>(
            Bind("--law random-head --importance 0.5 --head-tokens 7 --supports 50,20").Law);
        Assert.AreEqual((0.5, 7), (law.Importance, law.HeadTokens));
        Assert.IsTrue(law.Supports!.SequenceEqual([50, 20]));
    }

    [TestMethod]
    public void Frozen_tensors_are_joined_and_kept()
    {
        var settings = Bind("--freeze query-key,embeddings");
        Assert.AreEqual(FrozenTensors.Embeddings | FrozenTensors.QueryKey, settings.Training.Freeze);
        Assert.Contains("\"freeze\": \"Embeddings, QueryKey\"", settings.ToJson());
        Assert.AreEqual(settings.Training, ExperimentSettings.FromJson(settings.ToJson(), "a test").Training);
    }

    [TestMethod]
    [DataRow("power")]
    [DataRow("zipf")]
    [DataRow("random-head")]
    public void Every_law_has_subsets_of_its_prompts(string law)
    {
        Assert.AreEqual(700, Bind($"--law {law} --prompts 700").Law!.Prompts);
        Assert.IsNull(Bind($"--law {law}").Law!.Prompts);
    }

    [TestMethod]
    public void A_larger_vocabulary_is_the_same_experiment_otherwise() =>
        Assert.AreEqual(new ExperimentSettings { Law = new PowerLaw { VocabularySize = 200 } }, Bind("--vocabulary-size 200"));

    [TestMethod]
    public void A_run_folder_brings_its_distribution()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["distribution.safetensors"], "");
        Assert.AreEqual(
            folder["distribution.safetensors"],
            Bind($"--distribution {folder["distribution.safetensors"]}").DistributionFile);
        Assert.AreEqual(
            folder["distribution.safetensors"],
            Bind($"--law explicit --distribution {folder["."]}").DistributionFile);
    }

    [TestMethod]
    public void Quick_lowers_what_is_not_given()
    {
        var quick = Bind("--quick");
        Assert.AreEqual((TrainingFlags.QuickBatches, TrainingFlags.QuickEpochs), (quick.Batches, quick.Training.Epochs));
        Assert.AreEqual(
            (BaselineFlags.QuickBatches, BaselineFlags.QuickEpochs),
            (quick.Baseline!.Batches, quick.Baseline.Epochs));
        Assert.AreEqual(
            new ExperimentSettings() with
            {
                Batches = quick.Batches,
                Training = new() { Epochs = quick.Training.Epochs, TimeLimit = TimeSpan.FromSeconds(3) },
                Baseline = new() { Batches = quick.Baseline.Batches, Epochs = quick.Baseline.Epochs },
            },
            quick);

        var mixed = Bind("--quick --epochs 20 --baseline-batches 1000");
        Assert.AreEqual((TrainingFlags.QuickBatches, 20), (mixed.Batches, mixed.Training.Epochs));
        Assert.AreEqual((1000, BaselineFlags.QuickEpochs), (mixed.Baseline!.Batches, mixed.Baseline.Epochs));
    }

    [TestMethod]
    public void No_baseline_is_none() => Assert.IsNull(Bind("--no-baseline").Baseline);

    private static ExperimentSettings Bind(string flags)
    {
        using var streams = new StandardStreams(Stream.Null, TextWriter.Null);
        var command = new TrainCommand(streams);
        var parse = command.Parse(flags.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Assert.IsEmpty(parse.Errors);
        return command.Bind(parse);
    }
}
