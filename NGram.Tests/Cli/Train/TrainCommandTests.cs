using System.Globalization;
using System.Text.Json;

namespace NGram.Tests.Cli.Train;

[TestClass]
public sealed class TrainCommandTests
{
    private const string Small = "train --quick --batches 30 --batch-size 32";

    [TestMethod]
    public void Quick_writes_a_whole_run_folder()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("train", "--quick", "--output", folder["run"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        foreach (
            string name in (string[])
                [
                    "settings.json",
                    "history.csv",
                    "summary.json",
                    "report.html",
                    "model.safetensors",
                    "model.json",
                    "distribution.safetensors",
                ])
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder["run"], name)), name);
        }

        Assert.HasCount(1, folder.Entries);

        string[] history = File.ReadAllLines(Path.Combine(folder["run"], "history.csv"));
        Assert.AreEqual("Epoch,Batch,Divergence,Accuracy,LearningRate", history[0]);
        Assert.HasCount(1 + 3 * 100, history);
        Assert.StartsWith("1,1,", history[1]);
        Assert.StartsWith("3,100,", history[^1]);

        Assert.Contains("\naccuracy ", run.Output);
        Assert.Contains($"\nRun folder: {folder["run"]} ", run.Output);
        Assert.DoesNotContain("epoch ", run.Output);
        Assert.Contains("model: epoch 3/3 batch 100/100 divergence ", run.Error);
        Assert.DoesNotContain("\u001b", run.Output + run.Error);
    }

    [TestMethod]
    public void Json_is_the_summary_alone()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"{Small} --quiet --json --output {folder["run"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual($"Run folder: {folder["run"]}\n", run.Error);

        using var printed = JsonDocument.Parse(run.Output);
        var summary = printed.RootElement;
        Assert.IsTrue(summary.GetProperty("completed").GetBoolean());
        Assert.AreEqual(6816, summary.GetProperty("parameters").GetInt64());
        Assert.AreEqual(1 / 50.0, summary.GetProperty("bounds").GetProperty("chance").GetDouble(), 1e-12);
        // The notebook's law is a look-up table: no entropy, and a uniform guess is log 50 away.
        Assert.AreEqual(0, summary.GetProperty("entropy").GetDouble(), 1e-12);
        Assert.AreEqual(Math.Log(50), summary.GetProperty("uniformDivergence").GetDouble(), 1e-9);
        Assert.IsGreaterThan(0, summary.GetProperty("optimalDivergence").GetDouble());
        // One name is one number in a file: Proposition 3's infimum, 0, is not the trained baseline.
        Assert.IsFalse(summary.GetProperty("bounds").TryGetProperty("optimalDivergence", out _));
        Assert.AreEqual(0, summary.GetProperty("bounds").GetProperty("infimumDivergence").GetDouble());
        Assert.AreEqual(run.Output.Trim(), File.ReadAllText(Path.Combine(folder["run"], "summary.json")).Trim());
    }

    [TestMethod]
    public void Quiet_leaves_the_error_stream_empty()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"{Small} --no-baseline --quiet --output {folder["run"]}");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        Assert.MatchesRegex(@"\ntrained baseline +-\n", run.Output);
        Assert.MatchesRegex(@"\nbound corollary2 † +0\.0929\n", run.Output);
        Assert.Contains("\n† shown beyond the conditions of its statement\n", run.Output);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["run"], "summary.json")));
        Assert.AreEqual(0, summary.RootElement.GetProperty("bounds").GetProperty("optimalDivergence").GetDouble());
        var hold = summary.RootElement.GetProperty("boundsHold");
        string report = File.ReadAllText(Path.Combine(folder["run"], "report.html"));
        foreach (var (name, title) in ((string, string)[])
            [
                ("chance", "Random baseline"),
                ("seedLowerBound", "Our Lower bound"),
                ("corollary2", "Our Lower bound (Corollary 2)"),
                ("previousAsDrawn", "Previous lower bound"),
                ("previousAsStated", "Previous lower bound (stated)"),
                ("uniformDivergence", "Uniform baseline"),
                ("optimalDivergence", "Infimum over sequence encoders"),
            ])
        {
            Assert.Contains(
                $"<th scope=\"row\">{title}{(hold.GetProperty(name).GetBoolean() ? "" : " †")}</th>",
                report.Replace("&#8224;", "†", StringComparison.Ordinal),
                name);
        }
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_history()
    {
        using var folder = new TemporaryFolder();
        string History(string name, int seed)
        {
            Assert.AreEqual(0, CliRun.OfLine($"{Small} --no-baseline --quiet --seed {seed} --output {folder[name]}").ExitCode);
            return File.ReadAllText(Path.Combine(folder[name], "history.csv"));
        }
        string first = History("a", 5);
        Assert.AreEqual(first, History("b", 5));
        Assert.AreNotEqual(first, History("c", 6));
    }

    [TestMethod]
    public void A_run_folder_serves_as_the_distribution_of_another_run()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --no-baseline --quiet --vocabulary-size 12 --output {folder["a"]}").ExitCode);
        var run = CliRun.OfLine($"{Small} --no-baseline --quiet --json --distribution {folder["a"]} --output {folder["b"]}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        using var summary = JsonDocument.Parse(run.Output);
        Assert.AreEqual(1 / 12.0, summary.RootElement.GetProperty("chanceAccuracy").GetDouble(), 1e-12);
        // The same law and the same seeds: the same run.
        Assert.AreEqual(
            File.ReadAllText(Path.Combine(folder["a"], "history.csv")),
            File.ReadAllText(Path.Combine(folder["b"], "history.csv")));
    }

    [TestMethod]
    public void The_sample_command_shows_the_sequences_that_are_trained_on()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --no-baseline --quiet --seed 9 --output {folder["run"]}").ExitCode);
        Assert.AreEqual(
            CliRun.OfLine("sample --rows 50 --seed 9 --quiet").Output,
            CliRun.OfLine($"sample --rows 50 --seed 9 --quiet --distribution {folder["run"]}").Output);
    }

    [TestMethod]
    public void A_window_that_does_not_fit_the_saved_distribution_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Small} --no-baseline --quiet --output {folder["a"]}").ExitCode);
        var run = CliRun.OfLine($"{Small} --quiet --distribution {folder["a"]} --context-window 2 --output {folder["b"]}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains("--context-window is 2; it must be at least 3", run.Error);
        Assert.IsFalse(Directory.Exists(folder["b"]));
    }

    [TestMethod]
    public void A_loss_that_is_no_number_is_a_failure_that_keeps_the_run()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"{Small} --no-baseline --quiet --learning-rate 1e30 --output {folder["run"]}");
        Assert.AreEqual(1, run.ExitCode, run.Output);
        Assert.Contains("the loss is not finite at step 2 (epoch 1, batch 2)", run.Error);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["run"], "summary.json")));
        Assert.IsFalse(summary.RootElement.GetProperty("completed").GetBoolean());
    }

    [TestMethod]
    public void The_learning_rates_of_the_history_are_the_flags()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    $"{Small} --no-baseline --quiet --learning-rate 0.01 --final-learning-rate 0.002 --output {folder["run"]}")
                .ExitCode);
        var rates = File.ReadLines(Path.Combine(folder["run"], "history.csv"))
            .Skip(1)
            .Select(line => double.Parse(line.Split(',')[4], CultureInfo.InvariantCulture));
        foreach (var (rate, step) in rates.Select((rate, step) => (rate, step)))
            Assert.AreEqual(step switch { < 30 => 0.01, < 60 => 0.006, _ => 0.002 }, rate, 1e-12);
    }
}
