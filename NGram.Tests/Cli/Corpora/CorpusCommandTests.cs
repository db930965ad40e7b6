using System.Globalization;
using System.Text.Json;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Files;

namespace NGram.Tests.Cli.Corpora;

[TestClass]
public sealed class CorpusCommandTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 400).Select(i => $"the {(i % 3 == 0 ? "cat" : "dog")} sat on {i % 7} mats. "));

    [TestMethod]
    public void From_a_text_to_a_report_in_two_commands()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], Text);
        var run = CliRun.Of("corpus", folder["text"], "--output", folder["law.safetensors"], "--json", "--quiet");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error), "--quiet is quiet");
        using var report = JsonDocument.Parse(run.Output);
        double Figure(string name) => report.RootElement.GetProperty(name).GetDouble();
        Assert.AreEqual(2800, Figure("tokens"));
        Assert.AreEqual(14, Figure("types"));
        Assert.AreEqual(1, Figure("coverage"));
        Assert.AreEqual(196, Figure("prompts"));
        var law = (SparseNGramDistribution)DistributionFile.Load(folder["law.safetensors"]);
        Assert.AreEqual(law.Entropy(), Figure("entropy"));
        Assert.AreEqual(law.CountPrompts(2, 0.1), Figure("promptsForMass"));

        var train = CliRun.Of(
            "train",
            "--distribution",
            folder["law.safetensors"],
            "--quick",
            "--quiet",
            "--json",
            "--output",
            folder["run"]);
        Assert.AreEqual(0, train.ExitCode, train.Error);
        using var summary = JsonDocument.Parse(train.Output);
        Assert.AreEqual(law.Entropy(), summary.RootElement.GetProperty("entropy").GetDouble(), 1e-12);
        CollectionAssert.AreEqual(
            law.Tokens!.ToArray(),
            (
                (SparseNGramDistribution)DistributionFile.Load(Path.Combine(folder["run"], "distribution.safetensors"))
            ).Tokens!.ToArray());
        Assert.AreEqual(0, CliRun.Of("sample", "--distribution", folder["run"], "--rows", "10", "--quiet").ExitCode);

        AssertWordsAreIds(folder["run"], law.Tokens!);
    }

    /// <summary>With --text a prompt of words is that of their ids.</summary>
    private static void AssertWordsAreIds(string run, IReadOnlyList<string> tokens)
    {
        int Id(string word) => tokens.ToList().IndexOf(word);
        var words = CliRun.Of("predict", "--model", run, "--text", "--top-k", "1", "--quiet", "dog sat");
        var ids = CliRun.Of("predict", "--model", run, "--top-k", "1", "--quiet", $"{Id("dog")},{Id("sat")}");
        Assert.AreEqual((0, 0), (words.ExitCode, ids.ExitCode), words.Error);
        var (word, id) = (
            words.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ids.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.AreEqual(tokens[int.Parse(id[1], CultureInfo.InvariantCulture)], word[2]);
        Assert.AreEqual(id[2], word[3], "the probability");

        string generated = CliRun
            .Of("generate", "--model", run, "--text", "--length", "6", "--seed", "5", "dog sat")
            .Output.TrimEnd();
        Assert.AreEqual(
            CliRun.Of("generate", "--model", run, "--length", "6", "--seed", "5", $"{Id("dog")},{Id("sat")}").Output.TrimEnd(),
            string.Join(',', generated.Split(' ').Select(Id)));

        File.Delete(Path.Combine(run, "distribution.safetensors"));
        var without = CliRun.Of("predict", "--model", run, "--text", "dog sat");
        Assert.AreEqual(1, without.ExitCode);
        Assert.Contains("says what text its tokens stand for", without.Error);
    }

    [TestMethod]
    public void A_baseline_that_cannot_be_is_refused_before_the_training()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], string.Join(' ', Enumerable.Range(0, 8000).Select(i => $"w{i % 4000}")));
        Assert.AreEqual(0, CliRun.Of("corpus", folder["text"], "--output", folder["law"], "--quiet").ExitCode);
        var run = CliRun.Of("train", "--distribution", folder["law"], "--quick", "--output", folder["run"], "--quiet");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains("each of the 16,000,000 contexts", run.Error);
        Assert.Contains("--no-baseline", run.Error);
        Assert.HasCount(2, folder.Entries);
    }

    [TestMethod]
    [DataRow("n1 / (n1 + 2 n2) for each level", DisplayName = "the discount")]
    [DataRow("the beginning of a text is one", DisplayName = "the beginning of a text")]
    [DataRow("A sequence may begin at any place of the text", DisplayName = "the beginning of a sequence")]
    [DataRow("After a context that the text does not have, add-k is uniform", DisplayName = "unseen contexts")]
    [DataRow("within 1e-12 for rounding", DisplayName = "the tolerance of T_eps")]
    public void The_help_says_what_a_figure_depends_on(string expected)
    {
        // Without its line breaks.
        string[] words = CliRun.Of("corpus", "--help").Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string help = string.Join(' ', words);
        Assert.Contains(expected, help);
    }

    [TestMethod]
    public void The_table_has_every_figure()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], Text);
        var run = CliRun.Of(
            "corpus",
            folder["text"],
            "--tokens",
            "character",
            "--vocabulary-size",
            "10",
            "--smoothing",
            "add-k",
            "--order",
            "2",
            "--quiet");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        foreach (
            string? name in new[]
            {
                "tokens",
                "vocabulary size",
                "coverage",
                "different 2-grams",
                "entropy (nats)",
                "T0 (contexts)",
                "T_eps (contexts, eps 0.1)",
            })
        {
            Assert.Contains(name, run.Output);
        }
    }

    [TestMethod]
    [DataRow("--tokens line", 2, "must be one of word, character, byte")]
    [DataRow("--vocabulary-size 1", 2, "--vocabulary-size is 1; it must be from 2 to 65536.")]
    [DataRow("--order 0", 2, "--order is 0; it must be at least 1.")]
    [DataRow("--order 99999", 2, "--order is 99999; it must be at most the number of tokens of the longest text.")]
    [DataRow("--smoothing add-k --discount 0.5", 2, "--discount is only for --smoothing kneser-ney.")]
    [DataRow("--pseudocount 1", 2, "--pseudocount is only for --smoothing add-k.")]
    [DataRow("--discount 2", 2, "--discount is 2; it must be above 0 and below 1.")]
    [DataRow("--smoothing add-k --pseudocount 0", 2, "--pseudocount is 0; it must be above 0 and at most 1e9.")]
    [DataRow("--epsilon nan", 2, "--epsilon is NaN; it must be from 0 to 1.")]
    public void Bad_flags_are_named(string flags, int code, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], Text);
        var run = CliRun.Of(["corpus", folder["text"], .. flags.Split(' '), "--output", folder["law"], "--quiet"]);
        Assert.AreEqual(code, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.HasCount(1, folder.Entries);
    }

    [TestMethod]
    public void Bad_files_are_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["text"], [.. "a b\nc "u8, 0xFF]);
        var run = CliRun.Of("corpus", folder["text"], "--output", folder["law"], "--quiet");
        Assert.AreEqual(1, run.ExitCode);
        Assert.AreEqual($"ngram corpus: {folder["text"]}, line 2: byte 6 is not valid UTF-8.\n", run.Error);
        Assert.AreEqual(2, CliRun.Of("corpus", folder["nothing"]).ExitCode);
        Assert.AreEqual(2, CliRun.Of("corpus").ExitCode);
        Assert.AreEqual(2, CliRun.Of("corpus", folder["text"], "--output", folder["text"]).ExitCode);
        Assert.HasCount(1, folder.Entries);
    }
}
