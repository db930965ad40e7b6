using System.Text.Json.Nodes;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Experiments;

[TestClass]
public sealed class ExperimentTests
{
    private static readonly ExperimentSettings Small = new()
    {
        Law = new PowerLaw { VocabularySize = 9 },
        Batches = 5,
        Training = new TrainingOptions { BatchSize = 32, Epochs = 4, LearningRate = 0.01 },
        Baseline = new BaselineSettings { BatchSize = 64, Batches = 5, Epochs = 1 },
        Epsilon = 0.5,
    };

    [TestMethod]
    public void The_same_settings_give_the_same_result_even_side_by_side()
    {
        var results = new ExperimentResult[4];
        Parallel.For(0, results.Length, i => results[i] = Experiment.Run(Small));
        foreach (var result in results)
        {
            CollectionAssert.AreEqual(results[0].History.Losses.ToArray(), result.History.Losses.ToArray());
            Assert.AreEqual(results[0].Summary.OptimalDivergence, result.Summary.OptimalDivergence);
            result.Dispose();
        }
    }

    [TestMethod]
    public void Seeds_derive_from_one_and_can_be_given_apart()
    {
        var settings = Small.Resolve();
        Assert.AreEqual(settings.InitialSeed, settings.Training.Seed);
        Assert.HasCount(3, new[] { settings.DistributionSeed, settings.DataSeed, settings.InitialSeed }.Distinct());
        Assert.AreNotEqual(settings.DataSeed, (Small with { Seed = 1 }).Resolve().DataSeed);
        Assert.AreEqual(7, (Small with { DataSeed = 7 }).Resolve().DataSeed);
        Assert.AreEqual(settings.DistributionSeed, (Small with { DataSeed = 7 }).Resolve().DistributionSeed);
    }

    [TestMethod]
    public void A_run_folder_is_whole()
    {
        string directory = Directory.CreateTempSubdirectory("ngram-test-").FullName;
        try
        {
            string run = Path.Combine(directory, "run");
            using var result = Experiment.Run(Small);
            using (var outputs = new OutputSet())
            {
                var place = outputs.AddFolder(run);
                RunFolder.Begin(outputs, place, Small);
                RunFolder.Write(outputs, place, result);
            }

            CollectionAssert.AreEqual(new[] { run }, Directory.GetFileSystemEntries(directory), "nothing else is left");
            Assert.AreEqual(
                "Epoch,Batch,Divergence,Accuracy,LearningRate",
                File.ReadLines(Path.Combine(run, RunFiles.History)).First());
            Assert.HasCount(21, File.ReadAllLines(Path.Combine(run, RunFiles.History)));
            var summary = JsonNode.Parse(File.ReadAllText(Path.Combine(run, RunFiles.Summary)))!;
            Assert.AreEqual(result.History.FinalLoss, (double)summary["divergence"]!);
            Assert.AreEqual(81, (double)summary["prompts"]!);
            Assert.AreEqual(41, (double)summary["promptsForEpsilon"]!, "half of 81 equal prompts");
            Assert.IsTrue((bool)summary["completed"]!);
            var (architecture, parameters) = ModelFile.Load(Path.Combine(run, RunFiles.Model));
            Assert.AreEqual(result.Transformer.Architecture, architecture);
            CollectionAssert.AreEqual(result.Transformer.Parameters["unemb.weight"].Values, parameters["unemb.weight"].Values);
            Assert.AreEqual(9, DistributionFile.Load(Path.Combine(run, RunFiles.Distribution)).VocabularySize);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [TestMethod]
    public void Settings_that_contradict_each_other_are_named()
    {
        string Message(ExperimentSettings settings) => Assert.Throws<ArgumentException>(() => Experiment.Run(settings)).Message;
        StringAssert.Contains(Message(Small with { Batches = 0 }), "Batches is 0");
        StringAssert.Contains(Message(Small with { Epsilon = 2 }), "Epsilon is 2; it must be from 0 to 1");
        StringAssert.Contains(Message(Small with { ContextWindow = 2 }), "contextWindow is 2");
        StringAssert.Contains(
            Message(
                Small with
                {
                    Model = new TransformerOptions { Precision = ModelPrecision.Float64 },
                    Training = Small.Training with { Engine = TrainingEngine.Fused },
                }),
            "Engine");
    }
}
