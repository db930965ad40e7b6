using System.Runtime.Versioning;

namespace NGram.Tests.Cli.Sweeping;

/// <summary>The script that <c>sweep plan --slurm</c> prints, run by a real Slurm.</summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class SlurmTests : IDisposable
{
    private const string Sweep = "exp6 --set Heads=1,5 --repetitions 2 --set Batches=2";
    private const string Endless = "exp6 --set Heads=1,5 --repetitions 1 --set Batches=2 --set Epochs=10000000";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void An_array_of_tasks_runs_every_trial_and_its_folder_merges()
    {
        using var cluster = SlurmCluster.Start(folder);
        // Packs so short that each trial is one.
        File.WriteAllText(folder["array.sh"], Script($"{Sweep} --set Epochs=1 --packs 0.000001"));
        Assert.Contains("#SBATCH --array=0-3", File.ReadAllText(folder["array.sh"]));

        cluster.Await(cluster.Submit("array.sh"));
        var report = CliRun.OfLine($"sweep report {folder["out"]}");
        var alone = CliRun.OfLine($"sweep run {Sweep} --set Epochs=1 --quiet --output {folder["alone"]}");

        Assert.AreEqual((0, 0), (report.ExitCode, alone.ExitCode), report.Error + alone.Error);
        Assert.StartsWith("4 done\n", report.Output);
        Assert.AreEqual(Rows("alone"), Rows("out"));
        Assert.AreEqual("", string.Concat(Directory.GetFiles(folder[""], "slurm-*.out").Select(File.ReadAllText)
            .Where(text => text.Contains("ngram:", StringComparison.Ordinal))));
    }

    [TestMethod]
    public void The_signal_before_the_limit_stops_the_task_and_keeps_what_is_done()
    {
        using var cluster = SlurmCluster.Start(folder);
        File.WriteAllText(folder["array.sh"], Script($"{Endless} --packs 1e9"));
        string job = cluster.Submit("array.sh");
        SlurmCluster.Until(IsRunning, TimeSpan.FromMinutes(1), "no trial begins");

        cluster.Signal(job, "USR1");
        cluster.Await(job);

        // As SIGTERM: what is done is kept, and the trial that ran is interrupted.
        Assert.Contains("ExitCode=143:0", cluster.Show(job));
        var report = CliRun.OfLine($"sweep report {folder["out"]}");
        Assert.StartsWith("1 waiting, 0 done, 1 interrupted\n", report.Output);
        Assert.IsFalse(IsRunning());
    }

    private bool IsRunning() =>
        Directory.Exists(folder["out/trials"]) && Directory.GetFiles(folder["out/trials"], "*.lock").Length > 0;

    private string Script(string line)
    {
        var plan = CliRun.OfLine($"sweep plan {line} --jobs 1 --slurm --output {folder["out"]}");
        Assert.AreEqual(0, plan.ExitCode, plan.Error);
        return plan.Output;
    }

    /// <summary>results.csv without the column Seconds.</summary>
    private string Rows(string name)
    {
        string[][] rows = [.. File.ReadAllLines(folder[$"{name}/results.csv"]).Select(line => line.Split(','))];
        int seconds = Array.IndexOf(rows[0], "Seconds");
        return string.Join('\n', rows.Select(row => string.Join(',', row.Where((_, i) => i != seconds))));
    }
}
