namespace NGram.Tests.Cli.Terminal;

/// <summary>Standard streams that are full, closed or not read to their end.</summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StreamTests
{
    private const string Train = "train --quick --batches 20 --no-baseline --output run";
    private static readonly string[] Results =
    [
        "distribution.safetensors",
        "history.csv",
        "model.json",
        "model.safetensors",
        "model.zip",
        "report.html",
        "settings.json",
        "summary.json",
    ];

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(">/dev/full")]
    [DataRow(">&-")]
    public void Results_that_cannot_be_printed_are_one_line_and_the_run_is_whole(string redirection)
    {
        using var folder = new TemporaryFolder();
        ShellRun
            .Of(folder, $"exec \"$@\" {Train} --quiet {redirection}")
            .AssertFailed(1, "the results cannot be written to the standard output");
        AssertWhole(folder);
        ShellRun
            .Of(folder, $"exec \"$@\" sample --quiet --rows 10 {redirection}")
            .AssertFailed(1, "the results cannot be written to the standard output");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("2>/dev/full")]
    [DataRow("2>&-")]
    public void Diagnostics_that_cannot_be_printed_are_lost_alone(string redirection)
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, $"exec \"$@\" {Train} {redirection}");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nRun folder: run ", run.Output);
        AssertWhole(folder);
        Assert.AreEqual(2, ShellRun.Of(folder, $"exec \"$@\" sample --rows 0 {redirection}").ExitCode);
    }

    [TestMethod]
    public void Streams_above_a_limit_of_file_sizes_are_full()
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, "ulimit -f 1; exec \"$@\" sample --quiet --rows 1000 >out");
        run.AssertFailed(1, "the results cannot be written to the standard output");
        Assert.AreEqual(
            0,
            ShellRun.Of(folder, "echo >err; truncate -s 512 err; ulimit -f 1; exec \"$@\" sample --rows 10 2>>err").ExitCode);
        Assert.AreEqual(512, new FileInfo(folder["err"]).Length);
    }

    [TestMethod]
    public void A_reader_that_has_enough_ends_a_job_of_hours()
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, "{ \"$@\" sample --quiet --rows 2000000000; echo $? >code; } | head -n 1");
        Assert.AreEqual(0, run.ExitCode);
        Assert.AreEqual("", run.Error);
        Assert.HasCount(2, run.Output.Split('\n'));
        Assert.AreEqual("0", File.ReadAllText(folder["code"]).Trim());
    }

    private static void AssertWhole(TemporaryFolder folder)
    {
        Assert.AreSequenceEqual(["run"], folder.Entries);
        Assert.AreSequenceEqual(
            Results,
            Directory.EnumerateFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
