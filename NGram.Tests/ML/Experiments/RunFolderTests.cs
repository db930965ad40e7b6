using NGram.Data.Distributions;
using NGram.Data.IO;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;
using NGram.ML.Training;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Experiments;

/// <summary>A run that has begun, and what happens to it when it is completed.</summary>
[TestClass]
public sealed class RunFolderTests : IDisposable
{
    private static readonly ExperimentSettings Small = new()
    {
        Law = new PowerLaw { VocabularySize = 5 },
        Batches = 2,
        Training = new TrainingOptions { BatchSize = 8, Epochs = 1 },
        Baseline = null,
    };

    private readonly TemporaryFolder folder = new();

    private string Run => folder["run"];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_fault_while_writing_keeps_a_run_that_can_go_on()
    {
        using (var outputs = new OutputSet())
        {
            var place = Begin(outputs);
            SaveCheckpoint();
            using var made = Experiment.Run(Small);
            var distribution = new FailingLaw(made.Distribution!);
            var result = new ExperimentResult(
                made.Settings, distribution, made.Transformer, null, made.Bounds, made.Exact, 1, TimeSpan.Zero);
            distribution.Fails = true;
            Assert.ThrowsExactly<InvalidOperationException>(() => RunFolder.Write(outputs, place, result));
        }
        CollectionAssert.AreEquivalent(new[] { RunFiles.Settings, RunFiles.CheckpointFolder }, Names());
        Assert.AreEqual(Small.Resolve().ToJson(), RunFolder.Resume(Run).ToJson());
    }

    [TestMethod]
    public void A_fault_without_a_checkpoint_leaves_nothing()
    {
        using (var outputs = new OutputSet())
            Begin(outputs);
        Assert.IsEmpty(folder.Entries);
    }

    /// <summary>A process killed between two moves has left some of the new files, whole.</summary>
    [TestMethod]
    public void A_run_that_is_completed_in_part_goes_on()
    {
        using var result = Experiment.Run(Small);
        using (var outputs = new OutputSet())
            RunFolder.Write(outputs, Begin(outputs), result);
        string[] whole = Names()!;
        foreach (string name in (string[])[RunFiles.Summary, RunFiles.Report, RunFiles.Model])
            File.Delete(Path.Combine(Run, name));
        File.WriteAllText(Path.Combine(Run, RunFiles.History), "an earlier one");
        SaveCheckpoint();

        Assert.AreEqual(Small.Resolve().ToJson(), RunFolder.Resume(Run).ToJson());
        using (var outputs = new OutputSet())
            RunFolder.Write(outputs, outputs.Reopen(Run), result);
        CollectionAssert.AreEquivalent((string[])[.. whole, RunFiles.CheckpointFolder], Names());
        Assert.AreEqual("state", File.ReadAllText(RunFiles.CheckpointOf(Run)));
        Assert.HasCount(3, File.ReadAllLines(Path.Combine(Run, RunFiles.History)));
    }

    /// <summary>The weights cannot be kept in the folder either; they are elsewhere, and the message says where.</summary>
    [TestMethod]
    public void What_came_meanwhile_is_kept_and_the_training_too()
    {
        string kept;
        using var result = Experiment.Run(Small);
        using (var outputs = new OutputSet())
        {
            var place = Begin(outputs);
            File.WriteAllText(Path.Combine(Run, "model.json"), "another's");
            string message = Assert.ThrowsExactly<IOException>(() => RunFolder.Write(outputs, place, result)).Message;
            Assert.StartsWith($"{Path.Combine(Run, "model.json")} exists", message);
            kept = message[(message.IndexOf("are kept in ", StringComparison.Ordinal) + "are kept in ".Length)..^1];
        }
        try
        {
            Assert.AreEqual("another's", File.ReadAllText(Path.Combine(Run, "model.json")));
            Assert.DoesNotContain(RunFiles.Model, Names());
            var (_, parameters) = ModelFile.Load(Path.Combine(kept, RunFiles.Model));
            Assert.AreSequenceEqual(
                result.Transformer.Parameters["unemb.weight"].Values, parameters["unemb.weight"].Values);
            Assert.HasCount(3, File.ReadAllLines(Path.Combine(kept, RunFiles.History)));
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    private string?[] Names() => [.. Directory.EnumerateFileSystemEntries(Run).Select(Path.GetFileName)];

    private OutputPlace Begin(OutputSet outputs)
    {
        var place = outputs.AddFolder(Run);
        RunFolder.Begin(outputs, place, Small);
        return place;
    }

    private void SaveCheckpoint()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(RunFiles.CheckpointOf(Run))!);
        File.WriteAllText(RunFiles.CheckpointOf(Run), "state");
    }

    private sealed class FailingLaw(INGramDistribution distribution) : INGramDistribution
    {
        public bool Fails { get; set; }

        public int Order => distribution.Order;

        public int VocabularySize => distribution.VocabularySize;

        public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities)
        {
            if (Fails)
                throw new InvalidOperationException();
            distribution.GetProbabilities(context, probabilities);
        }
    }
}
