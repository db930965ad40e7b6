using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NGram.Tests.Cli.Paths;

/// <summary>
/// System calls on the files of a command that fail, or at which it is killed, at the first of them, the second, and so on, by
/// strace. A fault is one line, and nothing is half-written; after a kill the same command runs and leaves nothing behind.
/// </summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(OperatingSystems.Linux)]
public sealed partial class FaultInjectionTests : IDisposable
{
    private const string Small =
        "train --quiet --vocabulary-size 8 --order 2 --context-window 2 --heads 2 --embedding-dimension 4 --head-dimension 4 "
        + "--batch-size 16 --batches 20 --epochs 1 --no-baseline --output";

    private const string Faults = "rename:error=ENOSPC fsync:error=EIO pwrite64:error=ENOSPC openat:error=EMFILE";

    private const string Kills = "rename:signal=SIGKILL fsync:signal=SIGKILL mkdir:signal=SIGKILL unlink:signal=SIGKILL";

    /// <summary>For one line of the tests below; what is not reached in it is another time, on a faster machine.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("sample --quiet --rows 100 --output data.csv")]
    [DataRow("evaluate --quiet --model ../model --exact --predictions p --output e")]
    [DataRow("export --quiet --model ../model --zip m.zip --safetensors m.safetensors")]
    public void A_call_that_fails_is_one_line_and_leaves_nothing_half_written(string line) =>
        ForEachCall(line, Faults, (run, what, whole) =>
        {
            if (run.ExitCode == 0)
            {
                Assert.IsTrue(whole.IsSubsetOf(Files()), $"{what}: {string.Join(' ', Files())}");
                return;
            }
            run.AssertFailed(1, "");
            Assert.DoesNotContain(".partial", run.Error, what);
            Assert.DoesNotContain(".lock", run.Error, what);
            Assert.IsEmpty(Files().Where(IsInPlace), $"{what}: {run.Error}");
        });

    [TestMethod]
    [DataRow("sample --quiet --rows 100 --output data.csv")]
    [DataRow("evaluate --quiet --model ../model --exact --predictions p --output e")]
    [DataRow("export --quiet --model ../model --zip m.zip --safetensors m.safetensors")]
    [DataRow(Small + " run")]
    public void After_a_kill_at_any_call_the_same_command_runs(string line) =>
        ForEachCall(line, Kills, (run, what, whole) =>
        {
            var left = Files().Where(IsInPlace).ToHashSet();
            var again = Run(line);
            Assert.IsTrue(again.ExitCode == 0 || whole.SetEquals(left), $"{what}: {again.Error}");
            Assert.IsTrue(whole.SetEquals(Files()), $"{what}: {string.Join(' ', Files())}");
        });

    private delegate void Check(ShellRun run, string what, HashSet<string> whole);

    private void ForEachCall(string line, string injections, Check check)
    {
        if (ShellRun.Of(folder, "strace -V").ExitCode != 0)
            Assert.Inconclusive("strace is not here");
        if (line.Contains("../model", StringComparison.Ordinal))
            Assert.AreEqual(0, CliRun.OfLine($"{Small} {folder["model"]}").ExitCode);
        Clear();
        var first = Run(line, "strace -f -o ../log -e trace=openat,rename,mkdir,unlink");
        if (first.Error.Contains("ptrace", StringComparison.Ordinal))
            Assert.Inconclusive($"strace does not work here: {first.Error}");
        Assert.AreEqual(0, first.ExitCode, first.Error);
        var whole = Files().ToHashSet();
        string paths = string.Join(' ', Quoted().Matches(File.ReadAllText(folder["log"]))
            .Select(match => match.Groups[1].Value)
            .Append(folder["work"])
            .Where(path => path.StartsWith(folder["work"], StringComparison.Ordinal))
            .Distinct()
            .Select(path => $"-P {path}"));

        var left = injections.Split(' ').ToList();
        var clock = Stopwatch.StartNew();
        for (int n = 1; left.Count > 0 && clock.Elapsed < Budget; n++)
        {
            foreach (string injection in left.ToArray())
            {
                string call = injection.Split(':')[0], what = $"{injection} at call {n}";
                Clear();
                var run = Run(line, $"strace -f -o ../log {paths} -e trace={call} -e inject={injection}:when={n}");
                if (run.ExitCode == 137 || File.ReadAllText(folder["log"]).Contains("INJECTED", StringComparison.Ordinal))
                    check(run, what, whole);
                else
                    left.Remove(injection);
            }
        }
    }

    private ShellRun Run(string line, string tracer = "") =>
        ShellRun.Of(folder, $"cd work; export TMPDIR=\"$PWD/../tmp\"; exec {tracer} \"$@\" {line}");

    private void Clear()
    {
        foreach (string name in (string[])["work", "tmp"])
        {
            if (Directory.Exists(folder[name]))
                Directory.Delete(folder[name], recursive: true);
            Directory.CreateDirectory(folder[name]);
        }
    }

    private static bool IsInPlace(string file) =>
        !file.Contains(".partial", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal);

    private IEnumerable<string> Files() =>
        Directory
            .EnumerateFiles(folder["work"], "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(folder["tmp"], "*", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(folder["work"], path));

    [GeneratedRegex("\"(/[^\"]*)\"")]
    private static partial Regex Quoted();
}
