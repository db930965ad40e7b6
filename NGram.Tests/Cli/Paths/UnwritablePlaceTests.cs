namespace NGram.Tests.Cli.Paths;

/// <summary>Places that cannot be written to are found out before any work: nothing is read or trained.</summary>
[TestClass]
public sealed class UnwritablePlaceTests
{
    // Each job would fail in another way, or show its progress, if it were begun.
    private const string Sample = "sample --rows 2000000000 --output",
        Corpus = "corpus no.txt --output",
        Export = "export --model no.zip --onnx",
        Train = "train --quick --output",
        Checkpoints = "train --quick --checkpoint-every 100 --output",
        Evaluate = "evaluate --model no.zip --data no.csv --output",
        Predictions = "evaluate --model no.zip --data no.csv --output metrics --predictions";

    [TestMethod]
    [DataRow(Sample, "there is no folder")]
    [DataRow(Corpus, "there is no folder")]
    [DataRow(Export, "there is no folder")]
    [DataRow(Sample, "data.csv", "")]
    [DataRow(Train, "no folder can be made in it")]
    [DataRow(Checkpoints, "no folder can be made in it")]
    [DataRow(Evaluate, "no folder can be made in it")]
    [DataRow(Predictions, "no folder can be made in it")]
    public void A_place_beneath_a_file(string line, string expected, string inner = "missing/")
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], "mine");
        string place = Path.Combine(folder["data.csv"], $"{inner}x.onnx");
        AssertRefused(CliRun.Of([.. line.Split(' '), place]), 2, $"{line.Split(' ')[^1]} is {place}; ", expected);
        Assert.AreSequenceEqual(["data.csv"], folder.Entries);
        Assert.AreEqual("mine", File.ReadAllText(folder["data.csv"]));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(Sample)]
    [DataRow(Corpus)]
    [DataRow(Export)]
    [DataRow(Train)]
    [DataRow(Checkpoints)]
    [DataRow(Evaluate)]
    [DataRow(Predictions)]
    public void A_folder_in_which_nobody_can_write(string line)
    {
        // Not even root makes files in /proc.
        const string Place = "/proc/x.onnx";
        AssertRefused(
            CliRun.Of([.. line.Split(' '), Place]),
            1,
            $"{line.Split(' ')[^1]} is {Place}; ",
            "nothing can be written in /proc.");
    }

    private static void AssertRefused(CliRun run, int code, string flag, string expected)
    {
        Assert.AreEqual(code, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Output);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
        Assert.Contains(flag, run.Error);
        Assert.Contains(expected, run.Error);
    }
}
