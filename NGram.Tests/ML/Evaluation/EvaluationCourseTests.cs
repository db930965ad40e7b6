using NGram.Data.Files;
using NGram.ML.Evaluation.Batch;
using NGram.Tests.Cli;
using NGram.Tests.ML.Models;
using static NGram.Tests.ML.Evaluation.SavedModels;

namespace NGram.Tests.ML.Evaluation;

/// <summary>How a batch evaluation goes: after one that was killed, and what it tells while it runs.</summary>
[TestClass]
public sealed class EvaluationCourseTests
{
    [TestMethod]
    public void What_a_killed_evaluation_left_is_removed()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        File.WriteAllText(folder["d.csv"], "0,1,2,3\n1,2,0,4\n");
        EvaluationData[] data = [EvaluationData.OfFile(folder["d.csv"])];
        Directory.CreateDirectory(folder["p/.partial"]);
        File.WriteAllText(folder["p/.lock"], "");
        File.WriteAllText(folder["p/.partial/m.d.csv.partial"], "Con");

        var pairs = BatchEvaluation.Run([folder["m.safetensors"]], data, new() { PredictionsDirectory = folder["p"] });
        Assert.IsNull(Assert.ContainsSingle(pairs).Error);
        Assert.AreSequenceEqual(["m.d.csv"], Directory.EnumerateFileSystemEntries(folder["p"]).Select(Path.GetFileName));
    }

    [TestMethod]
    public void The_share_of_the_work_that_is_done_grows_to_the_whole()
    {
        using var folder = new TemporaryFolder();
        Save(folder["m.safetensors"], seed: 3);
        TableDistribution.Random(3, N, seed: 2).Save(folder["pi.safetensors"]);
        File.WriteAllText(folder["d.csv"], string.Concat(Enumerable.Repeat("0,1,2,3\n", 300_000)));
        var reports = new List<EvaluationProgress>();
        BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [EvaluationData.OfFile(folder["d.csv"])],
            new()
            {
                Exact = true,
                DistributionFile = folder["pi.safetensors"],
                Parallelism = 1,
                Progress = new Listener(reports),
            });
        double[] shares = [.. reports.Select(report => report.Fraction)];
        Assert.AreSequenceEqual(shares.Order(), shares);
        Assert.AreEqual(1, shares[^1], 1e-12);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].Remaining!.Value);
        // The exact pair is the first half; of the file there are several reports.
        Assert.IsGreaterThan(1, shares.Count(share => share is > 0.5 and < 1));
    }

    private sealed class Listener(List<EvaluationProgress> reports) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => reports.Add(value);
    }
}
