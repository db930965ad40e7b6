namespace NGram.Tests.Cli.Evaluate;

/// <summary>Evaluations that several processes share.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class EvaluateShardTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string line;

    public EvaluateShardTests()
    {
        const string Small = "--quick --batches 20 --vocabulary-size 9 --order 2 --supports 9,3 --no-baseline --quiet --output";
        Succeed($"train {Small} {folder["run"]}");
        foreach (int seed in new[] { 1, 2, 3 })
        {
            Succeed($"sample --quiet --distribution {folder["run"]} --rows {100 * seed} --seed {seed} "
                + $"--output {folder[$"{seed}.csv"]}");
        }
        line = $"evaluate --quiet --model {folder["run"]} {folder["run/model.zip"]} --data {folder["1.csv"]} {folder["2.csv"]} "
            + $"{folder["3.csv"]} --distribution {folder["run"]} --exact";
    }

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Shards_in_any_order_write_the_table_of_one_process_to_the_bit()
    {
        Succeed($"{line} --output {folder["alone"]} --predictions {folder["alone-predictions"]}");

        foreach (int part in new[] { 3, 1, 2 })
            Succeed($"{line} --output {folder["shared"]} --predictions {folder["shared-predictions"]} --shard {part}/3");

        Assert.AreEqual(File.ReadAllText(folder["alone/metrics.csv"]), File.ReadAllText(folder["shared/metrics.csv"]));
        Assert.HasCount(1 + 2 * 4, File.ReadAllLines(folder["shared/metrics.csv"]));
        Assert.AreSequenceEqual(Contents("alone-predictions"), Contents("shared-predictions"));
        Assert.HasCount(8, Contents("shared-predictions"));
        Assert.IsEmpty(Directory.EnumerateFiles(folder["shared"], "*.lock", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void What_is_there_is_not_measured_again_and_what_is_missing_is_said()
    {
        var first = CliRun.OfLine($"{line} --output {folder["shared"]} --shard 1/2");
        var times = Directory.GetFiles(folder["shared/pairs"]).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        string half = File.ReadAllText(folder["shared/metrics.csv"]);

        var again = CliRun.OfLine($"{line} --output {folder["shared"]} --shard 1/2");

        Assert.AreEqual((0, 0), (first.ExitCode, again.ExitCode), first.Error);
        Assert.Contains("4 of 8 pairs are not there yet.", again.Error);
        Assert.HasCount(4, times);
        foreach (var (file, time) in times)
            Assert.AreEqual(time, File.GetLastWriteTimeUtc(file));
        Assert.AreEqual(half, File.ReadAllText(folder["shared/metrics.csv"]));
    }

    [TestMethod]
    public void A_pair_that_fails_is_named_and_measured_the_next_time()
    {
        File.WriteAllText(folder["3.csv"], "1,99\n");
        var failed = CliRun.OfLine($"{line} --output {folder["shared"]} --shard 1/1");
        File.WriteAllText(folder["3.csv"], "1,2\n");
        var mended = CliRun.OfLine($"{line} --output {folder["shared"]} --shard 1/1");

        Assert.AreEqual((1, 0), (failed.ExitCode, mended.ExitCode));
        Assert.Contains($"{folder["run"]} on {folder["3.csv"]}", failed.Error);
        Assert.HasCount(9, File.ReadAllLines(folder["shared/metrics.csv"]));
    }

    [TestMethod]
    public void Another_evaluation_is_not_mixed_in()
    {
        Succeed($"{line} --output {folder["shared"]} --shard 1/8");
        string before = File.ReadAllText(folder["shared/metrics.csv"]);

        var other = CliRun.OfLine($"{line} --top-k 3 --output {folder["shared"]} --shard 2/8");

        Assert.AreEqual(2, other.ExitCode);
        Assert.Contains("holds another evaluation: topK is 3 and was 5.", other.Error);
        Assert.AreEqual(before, File.ReadAllText(folder["shared/metrics.csv"]));
    }

    [TestMethod]
    public void What_cannot_be_shared_is_a_usage_error()
    {
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine/notes.txt"], "");
        (string More, string Expected)[] wrong =
        [
            ("--shard 1/2", "--output is missing; it is the folder that the processes of --shard share."),
            ($"--shard 3/2 --output {folder["a"]}", "--shard is '3/2'; it must be i/n with i from 1 to n, auto, or auto/n."),
            ($"--shard auto --output {folder["a"]}", "--shard is 'auto'; it must be i/n here"),
            ($"--shard 1/2 --output {folder["1.csv"]}", "it must be a folder, and this is a file."),
            ($"--shard 1/2 --output {folder["mine"]}", "is not empty and does not hold an evaluation that is shared."),
            ($"--data - --shard 1/2 --output {folder["a"]}", "--data - is the input of one process; --shard needs files."),
        ];

        foreach (var (more, expected) in wrong)
        {
            var run = CliRun.OfLine($"{line} {more}");
            Assert.AreEqual(2, run.ExitCode, more);
            Assert.Contains(expected, run.Error);
            Assert.HasCount(1, run.Error.TrimEnd().Split('\n'), run.Error);
        }
    }

    private static void Succeed(string line)
    {
        var run = CliRun.OfLine(line);
        Assert.AreEqual(0, run.ExitCode, run.Error);
    }

    private IEnumerable<string> Contents(string name) => Directory.GetFiles(folder[name]).Order()
        .Select(file => $"{Path.GetFileName(file)}\n{File.ReadAllText(file)}");
}
