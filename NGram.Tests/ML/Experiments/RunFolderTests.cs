using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
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
    public void A_fault_while_writing_keeps_the_begun_run()
    {
        string settings = Begin();
        using var made = Experiment.Run(Small);
        var distribution = new FailingLaw(made.Distribution!);
        var result = new ExperimentResult(made.Settings, distribution, made.Transformer, null, made.Bounds, 1, TimeSpan.Zero);
        distribution.Fails = true;
        Assert.ThrowsExactly<InvalidOperationException>(() => RunFolder.Write(Run, result));

        CollectionAssert.AreEqual(new[] { "run" }, folder.Entries);
        CollectionAssert.AreEquivalent(new[] { RunFiles.Settings, RunFiles.CheckpointFolder }, Names());
        Assert.AreEqual(settings, File.ReadAllText(Path.Combine(Run, RunFiles.Settings)));
        Assert.AreEqual("state", File.ReadAllText(RunFiles.CheckpointOf(Run)));
        Assert.AreEqual(Small.Resolve().ToJson(), RunFolder.Resume(Run).ToJson());
    }

    /// <summary>A process killed between two moves has left some of the new files, whole.</summary>
    [TestMethod]
    public void A_run_that_is_completed_in_part_goes_on()
    {
        Begin();
        using var result = Experiment.Run(Small);
        RunFolder.Write(folder["whole"], result);
        foreach (string name in new[] { RunFiles.Settings, RunFiles.History, RunFiles.StockModel })
            File.Copy(Path.Combine(folder["whole"], name), Path.Combine(Run, name), overwrite: true);

        Assert.AreEqual(Small.Resolve().ToJson(), RunFolder.Resume(Run).ToJson());
        RunFolder.Write(Run, result);
        CollectionAssert.IsSubsetOf(Directory.GetFiles(folder["whole"]).Select(Path.GetFileName).ToArray(), Names());
        Assert.AreEqual("state", File.ReadAllText(RunFiles.CheckpointOf(Run)));
        CollectionAssert.AreEquivalent(new[] { "run", "whole" }, folder.Entries);
    }

    [TestMethod]
    public void Another_run_is_not_completed()
    {
        string settings = Begin();
        using var result = Experiment.Run(Small with { Seed = 77 });
        Assert.Contains("exists and is not empty", Assert.ThrowsExactly<IOException>(() => RunFolder.Write(Run, result)).Message);
        Assert.AreEqual(settings, File.ReadAllText(Path.Combine(Run, RunFiles.Settings)));
        Assert.HasCount(2, Names());
    }

    private string?[] Names() => [.. Directory.EnumerateFileSystemEntries(Run).Select(Path.GetFileName)];

    private string Begin()
    {
        RunFolder.Begin(Run, Small);
        Directory.CreateDirectory(Path.GetDirectoryName(RunFiles.CheckpointOf(Run))!);
        File.WriteAllText(RunFiles.CheckpointOf(Run), "state");
        return File.ReadAllText(Path.Combine(Run, RunFiles.Settings));
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
