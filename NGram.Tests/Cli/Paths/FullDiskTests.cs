using NGram.ML.Interchange.Weights;

namespace NGram.Tests.Cli.Paths;

/// <summary>
/// Files that cannot be written to their end: a limit of file sizes does to one process what a full disk does to all. The shell
/// counts
/// it in blocks of 512 bytes.
/// </summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class FullDiskTests
{
    private const string Small =
        "train --vocabulary-size 8 --order 2 --context-window 2 --heads 2 --embedding-dimension 4 --head-dimension 4 "
        + "--batch-size 16 --batches 300 --no-baseline --quiet";

    private static readonly TemporaryFolder Folder = new();

    [ClassInitialize]
    public static void Train(TestContext _) =>
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --epochs 1 --output {Folder["model"]}").ExitCode);

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    [DataRow("sample --quiet --rows 1000 --output data.csv", "data.csv")]
    [DataRow("corpus text.txt --quiet --output law.safetensors", "law.safetensors")]
    [DataRow("export --model MODEL --onnx model.onnx", "model.onnx")]
    [DataRow("export --model MODEL --zip model.zip", "model.zip")]
    [DataRow("export --model MODEL --safetensors weights.safetensors", "weights.safetensors")]
    [DataRow("evaluate --quiet --model MODEL --exact --predictions memorised --output metrics", "memorised/model.exact.csv")]
    [DataRow(Small + " --epochs 1 --output run", "run/settings.json")]
    [DataRow(Small + " --epochs 1 --checkpoint-every 100 --output run", "run/settings.json")]
    [DataRow(Small + " --epochs 1 --checkpoint-every 100 --output run", "run/checkpoint/training.safetensors", 8)]
    public void A_file_that_cannot_be_written_is_named_and_leaves_nothing(string line, string file, int blocks = 1)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.txt"], string.Join(' ', Enumerable.Range(0, 300)));
        var run = ShellRun.Of(
            folder,
            $"ulimit -f {blocks}; exec \"$@\" {line.Replace("MODEL", Folder["model"], StringComparison.Ordinal)}");
        run.AssertFailed(1, $"{folder[file]}: a file would be larger than the file system or a limit of the process allows.");
        Assert.AreEqual("", run.Output);
        Assert.AreSequenceEqual(["text.txt"], folder.Entries);
    }

    [TestMethod]
    public void A_checkpoint_that_cannot_be_written_leaves_the_earlier_one_to_go_on_from()
    {
        using var folder = new TemporaryFolder();
        string[] job = [.. $"{Small} --epochs 4".Split(' '), "--output"];
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --epochs 1 --checkpoint-every 300 --output {folder["first"]}").ExitCode);
        Assert.AreEqual(0, CliRun.Of([.. job, folder["whole"]]).ExitCode);
        // Each batch adds 24 bytes: there is room for the checkpoints of 300 and 400 batches, and none for that of 900.
        long blocks = (new FileInfo(Checkpoint(folder["first"])).Length + 400 * 24) / 512;

        var run = ShellRun.Of(folder, $"ulimit -f {blocks}; exec \"$@\" {string.Join(' ', job)} run --checkpoint-every 100");
        run.AssertFailed(1, $"{Checkpoint(folder["run"])}: a file would be larger");
        Assert.AreSequenceEqual(
            ["checkpoint", "settings.json"],
            Directory.EnumerateFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order());
        Assert.AreSequenceEqual(
            [Checkpoint(folder["run"])],
            Directory.EnumerateFileSystemEntries(Path.Combine(folder["run"], "checkpoint")));

        var resumed = CliRun.Of("train", "--quiet", "--resume", folder["run"]);
        Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
        foreach (string name in (string[])["model.safetensors", "history.csv", "settings.json"])
        {
            Assert.AreSequenceEqual(
                File.ReadAllBytes(Path.Combine(folder["whole"], name)),
                File.ReadAllBytes(Path.Combine(folder["run"], name)),
                name);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_full_disk_is_told_with_the_name_that_was_given()
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, """
            mkdir disk
            exec unshare -rm sh -c 'mount -t tmpfs -o size=64k none disk || exit 99
                "$@" sample --quiet --rows 100000 --output disk/data.csv; code=$?
                ls -A disk; exit $code' sh "$@"
            """);
        if (run.ExitCode is not (0 or 1) || run.Error.Contains("unshare", StringComparison.Ordinal))
            Assert.Inconclusive($"no disk can be made here: {run.Error}");
        run.AssertFailed(1, $"No space left on device : '{folder["disk/data.csv"]}'");
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(8, false)]
    [DataRow(200, true)]
    public void A_training_that_ends_on_a_full_disk_is_kept_where_there_is_room(int kilobytes, bool inPlace)
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, $"""
            mkdir disk kept
            export TMPDIR="$PWD/kept"
            exec unshare -rm sh -c 'mount -t tmpfs -o size={kilobytes}k none disk || exit 99
                "$@" train --quiet --batches 200 --epochs 1 --no-baseline --output disk/run; code=$?
                [ -d disk/run ] && cp -r disk/run kept/run; exit $code' sh "$@"
            """);
        if (run.ExitCode is not (0 or 1) || run.Error.Contains("unshare", StringComparison.Ordinal))
            Assert.Inconclusive($"no disk can be made here: {run.Error}");
        run.AssertFailed(1, $"{folder["disk/run"]}/");
        Assert.Contains("No space left on device; the weights and the history are kept in ", run.Error);
        Assert.AreEqual(inPlace, run.Error.Contains($"kept in {folder["disk/run"]}", StringComparison.Ordinal), run.Error);
        string kept = Directory.GetDirectories(folder["kept"]).Single();
        Assert.AreSequenceEqual(
            ["history.csv", "model.json", "model.safetensors", "settings.json"],
            Directory.EnumerateFileSystemEntries(kept).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.HasCount(201, File.ReadAllLines(Path.Combine(kept, "history.csv")));
        _ = ModelFile.Load(Path.Combine(kept, "model.safetensors"));
    }

    private static string Checkpoint(string run) => Path.Combine(run, "checkpoint", "training.safetensors");
}
