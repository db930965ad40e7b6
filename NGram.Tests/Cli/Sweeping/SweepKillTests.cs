using System.Diagnostics;

namespace NGram.Tests.Cli.Sweeping;

/// <summary>
/// A sweep of four trials that is killed at the first rename, fsync, write or unlink, the second, and so on: going on gives the
/// same.
/// </summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(OperatingSystems.Linux)]
public sealed class SweepKillTests : IDisposable
{
    private const string Line =
        "sweep run exp6 --set Heads=1,5 --repetitions 2 --set Epochs=1 --set Batches=2 --jobs 1 --quiet --output out";

    /// <summary>What is not reached in it is where there is more time: all of it takes some minutes.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("NGRAM_KILL_SECONDS"), out int seconds) ? seconds : 4);

    // strace counts the calls of each thread: one makes the folder, one runs the trials, the first then writes the tables.
    private static readonly Dictionary<string, string> Starts = new()
    {
        ["new"] = "rm -r out",
        ["begun"] = "cp out/sweep.json . && rm -r out && mkdir out && mv sweep.json out",
        ["trained"] = "mkdir kept && mv out/sweep.json out/trials kept && rm -r out && mv kept out",
    };

    private readonly TemporaryFolder folder = new();

    public required TestContext TestContext { get; init; }

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("rename", "new")]
    [DataRow("rename", "begun")]
    [DataRow("rename", "trained")]
    [DataRow("fsync", "begun")]
    [DataRow("fsync", "trained")]
    [DataRow("pwrite64", "begun")]
    [DataRow("pwrite64", "trained")]
    [DataRow("unlink", "begun")]
    public void After_a_kill_at_any_call_going_on_gives_the_same(string call, string start)
    {
        if (ShellRun.Of(folder, "strace -V").ExitCode != 0)
            Assert.Inconclusive("strace is not here");
        Assert.AreEqual(0, ShellRun.Of(folder, $"\"$@\" {Line}").ExitCode);
        string whole = State();

        int kills = 0;
        var clock = Stopwatch.StartNew();
        for (int n = 1; kills == 0 || clock.Elapsed < Budget; n++)
        {
            var killed = ShellRun.Of(
                folder,
                $"{Starts[start]} && "
                + $"exec strace -f -qq -o log -e trace={call} -e inject={call}:signal=SIGKILL:when={n} \"$@\" {Line}");
            if (killed.Error.Contains("ptrace", StringComparison.Ordinal))
                Assert.Inconclusive($"strace does not work here: {killed.Error}");
            if (killed.ExitCode == 0)
                break;
            Assert.AreEqual(137, killed.ExitCode, killed.Error);
            kills++;
            var again = ShellRun.Of(folder, $"\"$@\" {Line}");

            Assert.AreEqual(0, again.ExitCode, $"{call} {n}: {again.Error}");
            Assert.AreEqual(whole, State(), $"{call} {n}");
        }
        TestContext.WriteLine($"{kills} kills");
        Assert.IsGreaterThan(0, kills);
    }

    private IEnumerable<string> Paths() => Directory.EnumerateFileSystemEntries(folder["out"], "*", SearchOption.AllDirectories);

    /// <summary>The names of all files, and the tables without the column Seconds.</summary>
    private string State()
    {
        string[][] rows = [.. File.ReadAllLines(folder["out/results.csv"]).Select(line => line.Split(','))];
        int seconds = Array.IndexOf(rows[0], "Seconds");
        return string.Join('\n', Paths().Order()
            .Concat(rows.Select(row => string.Join(',', row.Where((_, i) => i != seconds))))
            .Append(File.ReadAllText(folder["out/summary.csv"])));
    }
}
