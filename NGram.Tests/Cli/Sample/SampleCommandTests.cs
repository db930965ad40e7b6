using System.Globalization;

namespace NGram.Tests.Cli.Sample;

[TestClass]
public sealed class SampleCommandTests
{
    [TestMethod]
    public void Writes_a_header_and_a_line_for_each_sequence()
    {
        var run = CliRun.OfLine("sample --rows 3 --context-window 5 --quiet");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Error);
        string[] lines = run.Output.Split('\n');
        Assert.HasCount(5, lines);
        Assert.AreEqual("token0,token1,token2,token3,token4", lines[0]);
        Assert.AreEqual("", lines[4]);
        foreach (string line in lines[1..4])
            Assert.IsTrue(Tokens(line) is { Length: 5 } tokens && tokens.All(token => token is >= 0 and < 50), line);
    }

    [TestMethod]
    public void The_seed_decides_and_more_rows_only_append()
    {
        string first = CliRun.OfLine("sample --rows 5000 --seed 7 --quiet").Output;
        Assert.AreEqual(first, CliRun.OfLine("sample --rows 5000 --seed 7 --quiet --output -").Output);
        Assert.StartsWith(first, CliRun.OfLine("sample --rows 9000 --seed 7 --quiet").Output);
        Assert.AreNotEqual(first, CliRun.OfLine("sample --rows 5000 --seed 8 --quiet").Output);
    }

    [TestMethod]
    public void Seeds_of_law_and_rows_are_apart()
    {
        // With support 1 at every level the law leaves one sequence, whatever the rows' seed.
        const string law = "sample --supports 1,1,1 --rows 2 --quiet --distribution-seed 5";
        Assert.AreEqual(CliRun.OfLine($"{law} --data-seed 1").Output, CliRun.OfLine($"{law} --data-seed 2").Output);
    }

    [TestMethod]
    public void A_file_holds_what_the_standard_output_shows()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"sample --rows 100 --output {folder["data.csv"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Output);
        Assert.Contains("100 sequences in ", run.Error);
        Assert.AreEqual(CliRun.OfLine("sample --rows 100 --quiet").Output, File.ReadAllText(folder["data.csv"]));
        Assert.HasCount(1, folder.Entries);
    }

    [TestMethod]
    public void Frequencies_are_the_laws()
    {
        const int rows = 40_000;
        string[] lines = CliRun
            .OfLine($"sample --vocabulary-size 4 --order 1 --alphas 0.5 --supports 4 --rows {rows} --quiet")
            .Output.Split('\n')[1..^1];
        Assert.HasCount(rows, lines);
        double[] expected = [8 / 15.0, 4 / 15.0, 2 / 15.0, 1 / 15.0];
        for (int position = 0; position < 2; position++)
        {
            int[] counts = new int[4];
            foreach (string line in lines)
                counts[Tokens(line)[position]]++;
            Array.Sort(counts);
            Array.Reverse(counts);
            // Five standard deviations of a frequency: at most 5 * 0.5 / sqrt(40,000).
            for (int rank = 0; rank < 4; rank++)
                Assert.AreEqual(expected[rank], counts[rank] / (double)rows, 0.0125);
        }
    }

    [TestMethod]
    public void Two_rows_with_the_same_context_continue_alike_under_the_notebooks_law()
    {
        var next = new Dictionary<(int, int), int>();
        foreach (string line in CliRun.OfLine("sample --rows 20000 --quiet").Output.Split('\n')[1..^1])
        {
            int[] tokens = Tokens(line);
            Assert.AreEqual(next.GetValueOrDefault((tokens[0], tokens[1]), tokens[2]), tokens[2]);
            next[(tokens[0], tokens[1])] = tokens[2];
        }
        // 20,000 draws of 2,500 pairs leave about one out.
        Assert.IsGreaterThan(2450, next.Count);
    }

    private static int[] Tokens(string line) =>
        [.. line.Split(',').Select(token => int.Parse(token, CultureInfo.InvariantCulture))];
}
