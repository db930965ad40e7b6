namespace NGram.Tests.Cli.Paths;

/// <summary>Several runs into one place: one of them is done, the others say why not, and nothing is mixed or lost.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class OutputRaceTests
{
    private const int Runs = 6;

    private const string Train =
        "train --vocabulary-size 6 --batches 3 --epochs 1 --batch-size 8 --no-baseline --quiet --output run";

    [TestMethod]
    [DataRow("sample --quiet --rows 20000 --output data.csv", "data.csv")]
    [DataRow("corpus --quiet text.txt --output law.safetensors", "law.safetensors")]
    [DataRow("export --quiet --model model --zip m.zip --safetensors m.safetensors", "m.json m.safetensors m.zip")]
    [DataRow("evaluate --quiet --model model --exact --output e --predictions p", "e p")]
    [DataRow("evaluate --quiet --model model --exact --output e/inner --predictions e", "e")]
    [DataRow(Train, "run")]
    [DataRow(Train + " --checkpoint-every 1", "run")]
    public void Exactly_one_of_them_is_done(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.txt"], string.Join(' ', Enumerable.Range(0, 3000)));
        if (line.Contains("--model", StringComparison.Ordinal))
            Assert.AreEqual(0, CliRun.OfLine(Train.Replace("run", folder["model"], StringComparison.Ordinal)).ExitCode);
        string[] before = folder.Entries;
        string[] names = [.. expected.Split(' '), "text.txt", "model", "e/inner"];
        string[] arguments = [.. line.Split(' ').Select(word => names.Contains(word) ? folder[word] : word)];

        var runs = new CliRun[Runs];
        using (var start = new Barrier(Runs))
        {
            var threads = Enumerable.Range(0, Runs).Select(index => new Thread(() =>
            {
                start.SignalAndWait();
                runs[index] = CliRun.Of(arguments);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
        }

        Assert.HasCount(1, runs.Where(run => run.ExitCode == 0), string.Concat(runs.Select(run => run.Error)));
        foreach (var run in runs.Where(run => run.ExitCode != 0))
        {
            Assert.HasCount(2, run.Error.Split('\n'), run.Error);
            Assert.IsTrue(
                run.Error.Contains("another process is writing it", StringComparison.Ordinal)
                || run.Error.Contains("it must be ", StringComparison.Ordinal),
                run.Error);
        }
        Assert.AreSequenceEqual(before.Concat(expected.Split(' ')).Order(), folder.Entries.Order());
        Assert.IsFalse(
            Directory
                .EnumerateFileSystemEntries(folder[""], "*", SearchOption.AllDirectories)
                .Any(path => Path.GetFileName(path) is ".lock" or ".partial"));
    }

    [TestMethod]
    public void A_file_that_comes_beside_the_weights_is_kept()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine(Train.Replace("run", folder["model"], StringComparison.Ordinal)).ExitCode);
        File.WriteAllText(folder["m.json"], "mine");
        var run = CliRun.OfLine($"export --model {folder["model"]} --safetensors {folder["m.safetensors"]}");
        Assert.AreEqual(2, run.ExitCode, run.Error);
        Assert.Contains($"--safetensors is {folder["m.json"]}; it must be a new file", run.Error);
        Assert.AreEqual("mine", File.ReadAllText(folder["m.json"]));
        Assert.AreSequenceEqual(["m.json", "model"], folder.Entries.Order());
    }
}
