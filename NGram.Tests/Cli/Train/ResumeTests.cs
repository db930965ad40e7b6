using System.Diagnostics;
using NGram.Data.Safetensors;

namespace NGram.Tests.Cli.Train;

/// <summary>train --resume: folders that no run can go on in, and what kills leave behind.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class ResumeTests
{
    private const string Small =
        "train --vocabulary-size 8 --order 2 --context-window 2 --heads 2 --embedding-dimension 4 --head-dimension 4 "
        + "--batch-size 16 --batches 200 --epochs 2 --no-baseline --quiet";

    private static readonly TemporaryFolder Folder = new();

    private static string Settings => File.ReadAllText(Path.Combine(Folder["whole"], "settings.json"));

    private static string Checkpoint(string run) => Path.Combine(run, "checkpoint", "training.safetensors");

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --checkpoint-every 150 --output {Folder["whole"]}").ExitCode);
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --checkpoint-every 150 --seed 5 --output {Folder["other"]}").ExitCode);
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    $"{Small.Replace("--batches 200", "--batches 100", StringComparison.Ordinal)} --checkpoint-every 150 "
                    + $"--output {Folder["shorter"]}"
                )
                .ExitCode);
    }

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    [DataRow(
        "\"batchSize\": 16",
        "\"batchSize\": 32",
        "with other settings: it has \"batchSize\": 16, and now there is \"batchSize\": 32."
    )]
    [DataRow("\"batches\": 200", "\"batches\": 100", "200 batches an epoch; this one has 100.")]
    [DataRow("\"heads\": 2", "\"heads\": 3", "with other settings: it has \"heads\": 2, and now there is \"heads\": 3.")]
    public void Edited_settings_are_refused(string line, string edited, string expected)
    {
        Assert.Contains(line, Settings);
        using var folder = new TemporaryFolder();
        Begin(
            folder["run"],
            Settings.Replace(line, edited, StringComparison.Ordinal),
            File.ReadAllBytes(Checkpoint(Folder["whole"])));
        AssertRefused(folder["run"], $"{Checkpoint(folder["run"])} is a checkpoint of a training ", expected);
    }

    [TestMethod]
    [DataRow("other", "with other settings: it has \"seed\": ")]
    [DataRow("shorter", "100 batches an epoch; this one has 200.")]
    public void The_checkpoint_of_another_run_is_refused(string run, string expected)
    {
        using var folder = new TemporaryFolder();
        Begin(folder["run"], Settings, File.ReadAllBytes(Checkpoint(Folder[run])));
        AssertRefused(folder["run"], $"{Checkpoint(folder["run"])} is a checkpoint of a training ", expected);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(100)]
    [DataRow(-1)]
    public void A_truncated_checkpoint_is_refused(int length)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = File.ReadAllBytes(Checkpoint(Folder["whole"]));
        Begin(folder["run"], Settings, whole[..(length < 0 ? whole.Length + length : length)]);
        AssertRefused(folder["run"], $"{Checkpoint(folder["run"])}: ", "");
    }

    [TestMethod]
    public void A_folder_with_a_run_that_has_begun_is_one_to_continue()
    {
        using var folder = new TemporaryFolder();
        Begin(folder["run"], Settings, File.ReadAllBytes(Checkpoint(Folder["whole"])));
        var run = CliRun.Of("train", "--quick", "--quiet", "--output", folder["run"]);
        Assert.AreEqual(
            (2, $"ngram train: --output is {folder["run"]}; it holds a run that is not finished. "
                + $"Continue it with --resume {folder["run"]}, or choose another folder.\n"),
            (run.ExitCode, run.Error));
    }

    [TestMethod]
    public void What_is_no_run_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        File.WriteAllText(folder["file"], Settings);
        foreach (string name in (string[])["empty", "file", "missing"])
        {
            var run = CliRun.Of("train", "--quiet", "--resume", folder[name]);
            Assert.AreEqual(
                (2, $"ngram train: --resume is {folder[name]}; it must be a run folder, which holds settings.json.\n"),
                (run.ExitCode, run.Error));
        }
        Assert.AreSequenceEqual(["empty", "file"], folder.Entries.Order());
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder["empty"]));
    }

    /// <summary>
    /// Killed at any moment a training leaves the settings and the last whole checkpoint, and at most the lock and one
    /// half-written file, training.safetensors.partial, which --resume removes.
    /// </summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Killed_while_checkpoints_are_written_it_goes_on_to_the_same_bytes(int seed)
    {
        using var folder = new TemporaryFolder();
        string[] job = [.. $"{Small} --output".Split(' ')];
        using (
            var process = Process.Start(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "ngram.dll"), .. job, folder["run"], "--checkpoint-every", "1"]))
        {
            for (
                var clock = Stopwatch.StartNew();
                !File.Exists(Checkpoint(folder["run"])) && clock.Elapsed < TimeSpan.FromMinutes(1);
)
            {
                Thread.Sleep(1);
            }

            Thread.Sleep(new Random(seed).Next(100));
            process.Kill();
            process.WaitForExit();
        }
        Assert.AreSequenceEqual(
            [".lock", "checkpoint", "settings.json"],
            Directory.EnumerateFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            "it was killed before its end");
        Assert.AreEqual("F64", SafetensorsFile.Read(Checkpoint(folder["run"])).Tensors["history.losses"].DataType);
        string[] left =
        [
            .. Directory
                .EnumerateFileSystemEntries(Path.Combine(folder["run"], "checkpoint"))
                .Select(path => Path.GetFileName(path)),
        ];
        Assert.IsLessThanOrEqualTo(2, left.Length);
        Assert.IsTrue(left.All(name => name is "training.safetensors" or "training.safetensors.partial"));
        // One more of those, since a kill leaves it but now and then.
        File.WriteAllBytes($"{Checkpoint(folder["run"])}.partial", [1, 2, 3]);

        var resumed = CliRun.Of("train", "--quiet", "--resume", folder["run"]);
        Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
        Assert.AreSequenceEqual(
            [Checkpoint(folder["run"])],
            Directory.EnumerateFileSystemEntries(Path.Combine(folder["run"], "checkpoint")));
        foreach (string name in (string[])["model.safetensors", "history.csv", "settings.json"])
        {
            Assert.AreSequenceEqual(
                File.ReadAllBytes(Path.Combine(Folder["whole"], name)),
                File.ReadAllBytes(Path.Combine(folder["run"], name)),
                name);
        }
    }

    /// <summary>A run as a kill leaves it.</summary>
    private static void Begin(string run, string settings, byte[] checkpoint)
    {
        Directory.CreateDirectory(Path.Combine(run, "checkpoint"));
        File.WriteAllText(Path.Combine(run, "settings.json"), settings);
        File.WriteAllBytes(Checkpoint(run), checkpoint);
    }

    private static void AssertRefused(string folder, string file, string expected)
    {
        string[] State() => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}")];
        string[] before = State();
        var run = CliRun.Of("train", "--quiet", "--checkpoint-every", "50", "--resume", folder);
        Assert.AreEqual((1, ""), (run.ExitCode, run.Output), run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
        Assert.StartsWith($"ngram train: {file}", run.Error);
        Assert.Contains(expected, run.Error);
        Assert.AreSequenceEqual(before, State());
    }
}
