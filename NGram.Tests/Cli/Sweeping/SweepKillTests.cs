using System.Diagnostics;

namespace NGram.Tests.Cli.Sweeping;

/// <summary>A sweep of four trials that is killed at the first rename, the second, and so on: going on gives the same.</summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(OperatingSystems.Linux)]
public sealed class SweepKillTests : IDisposable
{
    private const string Line =
        "sweep run exp6 --set Heads=1,5 --repetitions 2 --set Epochs=1 --set Batches=2 --quiet --output out";

    /// <summary>What is not reached in it is another time, on a faster machine.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(6);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("rename", false)]
    [DataRow("rename", true)]
    [DataRow("fsync", true)]
    [DataRow("unlink", true)]
    public void After_a_kill_at_any_call_going_on_gives_the_same(string call, bool isBegun)
    {
        if (ShellRun.Of(folder, "strace -V").ExitCode != 0)
            Assert.Inconclusive("strace is not here");
        Assert.AreEqual(0, ShellRun.Of(folder, $"\"$@\" {Line}").ExitCode);
        string whole = State();

        var clock = Stopwatch.StartNew();
        for (int n = 1; clock.Elapsed < Budget; n++)
        {
            // Begun, the thread of the trials makes the first call; strace counts each thread's.
            string start = isBegun ? "cp out/sweep.json . && rm -r out && mkdir out && mv sweep.json out" : "rm -r out";
            var killed = ShellRun.Of(
                folder,
                $"{start} && exec strace -f -qq -o log -e trace={call} -e inject={call}:signal=SIGKILL:when={n} \"$@\" {Line}");
            if (killed.Error.Contains("ptrace", StringComparison.Ordinal))
                Assert.Inconclusive($"strace does not work here: {killed.Error}");
            if (killed.ExitCode == 0)
                break;
            Assert.AreEqual(137, killed.ExitCode, killed.Error);
            var again = ShellRun.Of(folder, $"\"$@\" {Line}");

            Assert.AreEqual(0, again.ExitCode, $"{call} {n}: {again.Error}");
            Assert.AreEqual(whole, State(), $"{call} {n}");
        }
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
