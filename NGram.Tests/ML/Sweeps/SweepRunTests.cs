using NGram.ML.Experiments;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Sweeps;

/// <summary>What people ask of a sweep that goes on.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class SweepRunTests : IDisposable
{
    private static readonly Sweep Small = Sweep.FromJson(
        """
        {
          "name": "small",
          "settings": {
            "VocabularySize": 6, "EmbeddingDimension": 2, "HeadDimension": 2, "BatchSize": 32, "Batches": 4, "Epochs": 2
          },
          "axes": {"Heads": [1, 3]},
          "repetitions": 2
        }
        """,
        "small");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Going_on_with_a_whole_sweep_trains_nothing()
    {
        Small.Run(folder["a"]);
        string before = Written("a");

        var result = Small.Run(folder["a"]);

        Assert.AreEqual(4, result.Counts[TrialStatus.Done]);
        Assert.AreEqual(before, Written("a"));
    }

    [TestMethod]
    public void A_changed_sweep_is_refused_with_the_setting_that_differs()
    {
        Small.Run(folder["a"]);
        string before = Results("a");

        var exception = Assert.ThrowsExactly<SweepMismatchException>(() => Small.Set("LearningRate", "0.5").Run(folder["a"]));

        Assert.AreEqual("settings.training.learningRate is 0.5 and was 0.001", exception.Difference);
        Assert.AreEqual(before, Results("a"));
    }

    [TestMethod]
    public void What_changes_no_trial_changes_no_sweep()
    {
        Small.Run(folder["a"]);
        string before = Written("a");

        (Small with { Title = "Another", Against = "Parameters", Fit = new() { X = "Heads" } }).Run(folder["a"]);

        Assert.AreEqual(before, Written("a"));
        Assert.IsTrue(File.Exists(folder["a/figures/small-parameters.svg"]));
    }

    [TestMethod]
    public void What_is_missing_runs_once()
    {
        Small.Run(folder["a"]);
        string whole = Results("a");
        string lost = Directory.GetFiles(folder["a/trials"])[0];
        var others = Directory.GetFiles(folder["a/trials"]).Skip(1).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        File.Delete(lost);

        Small.Run(folder["a"]);

        Assert.IsTrue(File.Exists(lost));
        Assert.AreEqual(whole, Results("a"));
        foreach (var (file, time) in others)
            Assert.AreEqual(time, File.GetLastWriteTimeUtc(file));
    }

    [TestMethod]
    public void Serial_parallel_and_sharded_runs_agree()
    {
        Small.Run(folder["serial"], new() { Jobs = 1 });
        Small.Run(folder["parallel"], new() { Jobs = 4 });
        Small.Run(folder["shards"], new() { Shard = new(2, 2) });
        var first = SweepResult.Read(folder["shards"]);
        Small.Run(folder["shards"], new() { Shard = new(1, 2) });

        Assert.AreEqual(2, first.Counts[TrialStatus.Waiting]);
        Assert.AreEqual(Results("serial"), Results("parallel"));
        Assert.AreEqual(Results("serial"), Results("shards"));
    }

    [TestMethod]
    public async Task Two_runs_at_once_share_the_work()
    {
        var runs = Enumerable.Range(0, 2)
            .Select(_ => Task.Run(() => Small.Run(folder["two"], new() { Jobs = 1 })))
            .ToArray();
        await Task.WhenAll(runs);
        Small.Run(folder["one"]);

        Assert.AreEqual(4, runs[0].Result.Counts[TrialStatus.Done]);
        Assert.AreEqual(4, runs[1].Result.Counts[TrialStatus.Done]);
        Assert.AreEqual(Results("one"), Results("two"));
        Assert.IsEmpty(Directory.GetFiles(folder["two"], "*.lock", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void A_trial_that_another_process_is_at_is_left_to_it()
    {
        var opened = SweepFolder.Open(folder["a"], Small);
        using (opened.TryClaim(opened.Trials[0])!)
        {
            var result = Small.Run(folder["a"], new() { TimeLimit = TimeSpan.FromSeconds(1) });
            Assert.AreEqual(3, result.Counts[TrialStatus.Done]);
            Assert.AreEqual(1, result.Counts[TrialStatus.Running]);
        }

        Assert.AreEqual(4, Small.Run(folder["a"]).Counts[TrialStatus.Done]);
    }

    [TestMethod]
    public void What_a_process_that_died_left_blocks_nothing()
    {
        var opened = SweepFolder.Open(folder["a"], Small);
        string file = Path.Combine(folder["a"], "trials", opened.Trials[0].Id + ".json");
        File.WriteAllText(file + ".lock", "");
        File.WriteAllText(file + ".partial", "{\"trial\": ");

        opened.Recover();

        Assert.AreEqual(1, SweepResult.Read(folder["a"]).Counts[TrialStatus.Interrupted]);
        Assert.AreEqual(4, Small.Run(folder["a"]).Counts[TrialStatus.Done]);
        Assert.IsEmpty(Directory.GetFiles(folder["a"], "*.partial", SearchOption.AllDirectories));
        Assert.IsEmpty(Directory.GetFiles(folder["a"], "*.lock", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Failed_trials_keep_their_reason_until_they_are_retried()
    {
        // Two heads of dimension 1 fit into 2, three do not.
        var sweep = Small.Set("SubHeads", "2,3");

        var result = sweep.Run(folder["a"]);

        Assert.AreEqual(4, result.Counts[TrialStatus.Done]);
        Assert.AreEqual(4, result.Counts[TrialStatus.Failed]);
        var failed = result.Records.First(record => record.Status == TrialStatus.Failed);
        Assert.IsTrue(failed.IsPermanent);
        Assert.Contains("HeadDimension is 2; it must be a multiple of SubHeads (3)", failed.Reason!);
        Assert.Contains("HeadDimension is 2", Results("a"));

        string before = Written("a");
        sweep.Run(folder["a"]);
        Assert.AreEqual(before, Written("a"));
        sweep.Run(folder["a"], new() { RetryFailed = true });
        Assert.AreNotEqual(before, Written("a"));
    }

    [TestMethod]
    public void A_failure_stops_the_sweep_where_that_is_asked_for()
    {
        var result = Small.Set("SubHeads", "3").Run(folder["a"], new() { FailFast = true, Jobs = 1 });

        Assert.AreEqual(1, result.Counts[TrialStatus.Failed]);
        Assert.AreEqual(3, result.Counts[TrialStatus.Waiting]);
    }

    [TestMethod]
    public void A_training_that_diverges_is_a_failure_that_a_retry_cannot_mend()
    {
        var result = Small.Set("LearningRate", "1e30").Run(folder["a"]);

        Assert.AreEqual(4, result.Counts[TrialStatus.Failed]);
        Assert.IsTrue(result.Records.All(record => record.IsPermanent && record.Reason!.Contains("not finite")));
    }

    [TestMethod]
    public void Summaries_are_of_the_trials_that_are_there_and_say_how_many_are_missing()
    {
        var result = Small.Run(folder["a"], new() { Only = [SweepAxis.Of("Heads", 3)] });

        var summary = result.SummaryToDataFrame();
        Assert.AreSequenceEqual(new object[] { 0, 2 }, summary["Trials"].Cast<object>());
        Assert.AreSequenceEqual(new object[] { 2, 0 }, summary["Missing"].Cast<object>());
        Assert.IsNull(summary["Accuracy"][0]);
        double[] accuracies = [.. result.Records.Select(record => record.Summary!.Accuracy!.Value)];
        Assert.AreEqual(accuracies.Average(), (double)summary["Accuracy"][1], 1e-12);
        double sd = Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2);
        Assert.AreEqual(sd, (double)summary["AccuracySd"][1], 1e-12);
        // Student's t with one degree of freedom at 0.975.
        Assert.AreEqual(accuracies.Average() + 12.706204736 * sd / Math.Sqrt(2), (double)summary["AccuracyHigh"][1], 1e-6);
    }

    [TestMethod]
    public void More_repetitions_only_add_trials()
    {
        Small.Run(folder["a"]);
        string[] before = [.. Directory.GetFiles(folder["a/trials"]).Order()];

        var more = Small.Repeat(3).Run(folder["a"]);
        var fewer = Small.Repeat(1).Run(folder["a"]);

        Assert.AreEqual(6, more.Counts[TrialStatus.Done]);
        Assert.AreEqual(6, fewer.Counts[TrialStatus.Done]);
        Assert.IsEmpty(before.Except(Directory.GetFiles(folder["a/trials"])));
    }

    [TestMethod]
    public void A_stopped_sweep_keeps_what_is_done_and_goes_on()
    {
        var sweep = Small.Set("Epochs", "100000");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        var result = sweep.Run(folder["a"], new() { Jobs = 2 }, cancellationToken: stop.Token);

        Assert.AreEqual(2, result.Counts[TrialStatus.Interrupted]);
        Assert.AreEqual(2, result.Counts[TrialStatus.Waiting]);
        Assert.IsEmpty(Directory.GetFiles(folder["a"], "*.lock", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void A_trial_of_a_sweep_is_the_experiment_of_its_settings()
    {
        var trial = Small.Trials()[3];
        var result = Small.Run(folder["a"]);

        using var alone = Experiment.Run(trial.Settings);

        Assert.AreEqual(alone.Summary.Accuracy, result.Find(trial)!.Summary!.Accuracy);
        Assert.AreEqual(alone.Summary.Divergence, result.Find(trial)!.Summary!.Divergence);
    }

    [TestMethod]
    public void A_folder_of_something_else_is_left_alone()
    {
        Directory.CreateDirectory(folder["a"]);
        File.WriteAllText(folder["a/mine.txt"], "");

        Assert.ThrowsExactly<IOException>(() => Small.Run(folder["a"]));

        Assert.AreSequenceEqual(["mine.txt"], Directory.GetFileSystemEntries(folder["a"]).Select(Path.GetFileName));
    }

    /// <summary>results.csv without the column Seconds.</summary>
    private string Results(string name)
    {
        SweepReport.Write(folder[name]);
        string[][] rows = [.. File.ReadAllLines(folder[$"{name}/results.csv"]).Select(line => line.Split(','))];
        int seconds = Array.IndexOf(rows[0], "Seconds");
        return string.Join('\n', rows.Select(row => string.Join(',', row.Where((_, i) => i != seconds))));
    }

    /// <summary>When each trial was written.</summary>
    private string Written(string name) => string.Join('\n', Directory.GetFiles(folder[$"{name}/trials"])
        .Order()
        .Select(file => $"{Path.GetFileName(file)} {File.GetLastWriteTimeUtc(file):O}"));
}
