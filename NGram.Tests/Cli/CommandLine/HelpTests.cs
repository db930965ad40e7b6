using NGram.Cli.Bench;
using NGram.Cli.Bounds;
using NGram.Cli.CommandLine;
using NGram.Cli.Construct;
using NGram.Cli.Corpora;
using NGram.Cli.Doctor;
using NGram.Cli.Evaluate;
using NGram.Cli.Export;
using NGram.Cli.Inspect;
using NGram.Cli.Predict;
using NGram.Cli.Sample;
using NGram.Cli.Sweeping;
using NGram.Cli.Terminal;
using NGram.Cli.Train;

namespace NGram.Tests.Cli.CommandLine;

[TestClass]
public sealed class HelpTests
{
    [TestMethod]
    [DataRow("--vocabulary-size N", "50")]
    [DataRow("--order N", "3")]
    [DataRow("--context-window N", "the least, or the shortest row of --data")]
    [DataRow("--law power|zipf|random-head|explicit", "power")]
    [DataRow("--alphas A,...", "1,...,1")]
    [DataRow("--supports K,...", "N,...,N,1")]
    [DataRow("--importance X", "1")]
    [DataRow("--head-tokens N", "10")]
    [DataRow("--prompts N", "all")]
    [DataRow("--distribution FILE", null)]
    [DataRow("--embedding-dimension N", "10")]
    [DataRow("--head-dimension N", "8")]
    [DataRow("--heads N", "22")]
    [DataRow("--sub-heads N", "1")]
    [DataRow("--layers N", "1")]
    [DataRow("--mlp-width N", "0")]
    [DataRow("--mlp-depth N", "1")]
    [DataRow("--projections shared|per-head", "shared")]
    [DataRow("--precision float32|float64", "float32")]
    [DataRow("--learning-rate X", "0.001")]
    [DataRow("--final-learning-rate X", "the same")]
    [DataRow("--batch-size N", "512")]
    [DataRow("--batches N", "1000")]
    [DataRow("--epochs N", "20")]
    [DataRow("--objective next-token|full-distribution|exact", "next-token")]
    [DataRow("--online", null)]
    [DataRow("--target-accuracy X", null)]
    [DataRow("--patience N", null)]
    [DataRow("--freeze embeddings|unembedding|query-key,...", "none")]
    [DataRow("--engine auto|torchsharp|fused", "auto")]
    [DataRow("--lanes auto|4|8|16", "auto")]
    [DataRow("--threads auto|N", "auto")]
    [DataRow("--no-baseline", null)]
    [DataRow("--baseline exact|trained", "trained")]
    [DataRow("--baseline-restarts N", "4 to 32, by the law's size")]
    [DataRow("--baseline-batch-size N", "1024")]
    [DataRow("--baseline-batches N", "1000")]
    [DataRow("--baseline-epochs N", "4")]
    [DataRow("--baseline-learning-rate X", "0.001")]
    [DataRow("--initial-weights FILE", "drawn from --initial-seed")]
    [DataRow("--data FILE...", null)]
    [DataRow("--validation FILE", null)]
    [DataRow("--tokens word|character|byte", "rows of tokens")]
    [DataRow("--windows", null)]
    [DataRow("--header auto|yes|no", "auto")]
    [DataRow("--text", null)]
    [DataRow("--onnx", null)]
    [DataRow("--track-every N", null)]
    [DataRow("--seed N", "2222")]
    [DataRow("--distribution-seed N", "from --seed")]
    [DataRow("--data-seed N", "from --seed")]
    [DataRow("--initial-seed N", "from --seed")]
    [DataRow("--quick", null)]
    [DataRow("--output DIR", "runs/TIME-train")]
    [DataRow("--json", null)]
    [DataRow("--quiet", null)]
    public void Train_lists_every_flag_with_its_default(string flag, string? expected)
    {
        var run = CliRun.Of("train", "--help");
        Assert.AreEqual(0, run.ExitCode);
        Assert.AreEqual("", run.Error);

        string row = RowOf(run.Output, flag);
        Assert.AreEqual(expected is not null, row.Contains("[default: ", StringComparison.Ordinal), row);
        if (expected is not null)
            Assert.EndsWith($"[default: {expected}]", row);
    }

    [TestMethod]
    [DataRow("--rows N", "Number of sequences. [default: 1000]")]
    [DataRow("--seed N", "The seed that the others derive from. [default: 2222]")]
    [DataRow("--output FILE", "The new file to write; - is the standard output. [default: -]")]
    [DataRow("--order N", "n: a token depends on the n - 1 before it. [default: 3]")]
    public void Sample_describes_its_flags(string flag, string description) =>
        Assert.AreEqual(description, RowOf(CliRun.Of("sample", "--help").Output, flag));

    [TestMethod]
    public void Sample_has_no_flags_of_training() =>
        Assert.DoesNotContain("--learning-rate", CliRun.Of("sample", "--help").Output);

    [TestMethod]
    [DataRow("--help")]
    [DataRow("train --help")]
    [DataRow("sample --help")]
    [DataRow("construct --help")]
    [DataRow("bounds --help")]
    [DataRow("doctor --help")]
    [DataRow("predict --help")]
    [DataRow("generate --help")]
    [DataRow("corpus --help")]
    [DataRow("evaluate --help")]
    [DataRow("inspect --help")]
    [DataRow("export --help")]
    [DataRow("bench --help")]
    [DataRow("sweep --help")]
    [DataRow("sweep list --help")]
    [DataRow("sweep show --help")]
    [DataRow("sweep schema --help")]
    [DataRow("sweep plan --help")]
    [DataRow("sweep run --help")]
    [DataRow("sweep report --help")]
    [DataRow("sweep compare --help")]
    public void Every_page_has_examples_and_fits_a_terminal(string line)
    {
        string page = CliRun.OfLine(line).Output;
        Assert.Contains("\nExamples:\n  # ", page);
        foreach (string? text in page.Split('\n').Where(text => !text.StartsWith("  ngram ", StringComparison.Ordinal)))
            Assert.IsLessThanOrEqualTo(110, text.Length, text);
    }

    [TestMethod]
    public void The_root_page_says_what_it_is_and_lists_the_commands()
    {
        string page = CliRun.Of("--help").Output;
        Assert.StartsWith("How much can an attention-only transformer remember?", page);
        Assert.Contains("\n  train ", page);
        Assert.Contains("\n  construct ", page);
        Assert.Contains("\n  bounds ", page);
        Assert.Contains("\n  sample ", page);
        Assert.Contains("\n  doctor ", page);
        Assert.Contains("\n  predict ", page);
        Assert.Contains("\n  generate ", page);
        Assert.Contains("\n  evaluate ", page);
        Assert.Contains("\n  inspect ", page);
        Assert.Contains("\n  corpus ", page);
        Assert.Contains("\n  bench ", page);
        Assert.Contains("\n  sweep ", page);
        Assert.Contains("\n  export ", page);
    }

    [TestMethod]
    public void Help_wins_over_errors_beside_it() => Assert.AreEqual(0, CliRun.Of("train", "--heads", "x", "--help").ExitCode);

    [TestMethod]
    public void Version_is_a_line_of_three_numbers()
    {
        var run = CliRun.Of("--version");
        Assert.AreEqual(0, run.ExitCode);
        Assert.MatchesRegex(@"^\d+\.\d+\.\d+\S*\n$", run.Output);
    }

    [TestMethod]
    public void Examples_are_valid_command_lines()
    {
        using var streams = new StandardStreams(Stream.Null, TextWriter.Null);
        foreach (var command in Commands(streams))
        {
            Assert.IsNotEmpty(command.Examples);
            foreach (var example in command.Examples)
            {
                string line = example.CommandLine.Split('|', '<', '>')[0].Trim();
                string words = CommandPath.Of(command);
                Assert.StartsWith(words, line);
                string[] rest = line[words.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.IsEmpty(command.Parse(rest).Errors, line);
            }
        }
    }

    [TestMethod]
    public void Every_command_can_be_quiet()
    {
        using var streams = new StandardStreams(Stream.Null, TextWriter.Null);
        foreach (var command in Commands(streams).Where(command => command.Subcommands.Count == 0))
            Assert.Contains("--quiet", command.Options.Select(option => option.Name), CommandPath.Of(command));
    }

    [TestMethod]
    public void A_flag_without_its_value_is_named()
    {
        using var streams = new StandardStreams(Stream.Null, TextWriter.Null);
        int flags = 0;
        foreach (var command in Commands(streams))
        {
            string[] words = CommandPath.Of(command).Split(' ')[1..];
            string[] arguments = [.. command.Arguments.Select(_ => "x")];
            foreach (var option in command.Options.Where(option => option.Arity.MinimumNumberOfValues > 0))
            {
                var run = CliRun.Of([.. words, .. arguments, option.Name]);
                Assert.AreEqual(ExitCode.Usage, run.ExitCode);
                Assert.AreEqual(
                    $"{CommandPath.Of(command)}: {option.Name} has no value behind it; "
                    + $"'{CommandPath.Of(command)} --help' says which it may have.\n",
                    run.Error);
                flags++;
            }
        }
        Assert.IsGreaterThan(100, flags);
    }

    private static NGramCommand[] Commands(StandardStreams streams) =>
    [
        new TrainCommand(streams),
        new ConstructCommand(streams),
        new BoundsCommand(streams),
        new SampleCommand(streams),
        new CorpusCommand(streams),
        new EvaluateCommand(streams),
        new BenchCommand(streams),
        new DoctorCommand(streams),
        new InspectCommand(streams),
        new ExportCommand(streams),
        new PredictCommand(streams),
        new GenerateCommand(streams),
        new SweepCommand(streams),
        .. new SweepCommand(streams).Subcommands.Cast<NGramCommand>(),
    ];

    /// <summary>A flag's row, unwrapped.</summary>
    private static string RowOf(string page, string flag)
    {
        string[] lines = page.Split('\n');
        int start = Array.FindIndex(
            lines,
            line => line == $"  {flag}" || line.StartsWith($"  {flag}  ", StringComparison.Ordinal));
        Assert.AreNotEqual(-1, start, $"{flag} is not in the help");
        var rest = lines
            .Skip(start + 1)
            .TakeWhile(line => line.StartsWith("   ", StringComparison.Ordinal))
            .Select(line => line.Trim());
        return string.Join(' ', [lines[start].Trim()[flag.Length..].Trim(), .. rest]).Trim();
    }
}
