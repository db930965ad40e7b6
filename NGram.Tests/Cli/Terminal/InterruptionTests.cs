using System.Diagnostics;
using System.Text.Json;

namespace NGram.Tests.Cli.Terminal;

/// <summary>Signals, sent to the built executable as a process of its own.</summary>
[TestClass]
[TestCategory("Slow")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class InterruptionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [TestMethod]
    [DataRow("INT", 130)]
    [DataRow("TERM", 143)]
    [DataRow("HUP", 129)]
    public void The_first_signal_keeps_what_was_done(string signal, int code)
    {
        using var folder = new TemporaryFolder();
        // A job of hours, so that the signal always comes before its end.
        using var process = Start(
            "train",
            "--epochs",
            "1000",
            "--batches",
            "1000",
            "--batch-size",
            "64",
            "--output",
            folder["run"]);
        var output = process.StandardOutput.ReadToEndAsync();
        ReadUntil(process.StandardError, "model: epoch ");
        Send(signal, process);
        var error = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");

        Assert.AreEqual(code, process.ExitCode, error.Result);
        Assert.Contains("Stopping; what is done is kept.", error.Result);
        Assert.Contains("the run folder holds them", error.Result);
        Assert.Contains($"Run folder: {folder["run"]}", output.Result);
        Assert.HasCount(1, folder.Entries);
        Assert.IsTrue(File.Exists(Path.Combine(folder["run"], "checkpoint", "training.safetensors")), "--resume goes on from it");
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["run"], "summary.json")));
        Assert.IsFalse(summary.RootElement.GetProperty("completed").GetBoolean());
        string[] history = File.ReadAllLines(Path.Combine(folder["run"], "history.csv"));
        Assert.IsGreaterThan(1, history.Length);
        foreach (
            string name in (string[])
                ["settings.json", "report.html", "model.safetensors", "model.json", "distribution.safetensors"])
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder["run"], name)), name);
        }
    }

    [TestMethod]
    public void A_checkpoint_that_cannot_be_written_does_not_lose_the_run()
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, """
            "$@" train --quiet --epochs 1000 --no-baseline --output run &
            until [ -f run/settings.json ]; do sleep 0.1; done
            touch run/checkpoint; sleep 2; kill -TERM $!; wait $!
            """);
        Assert.AreEqual(143, run.ExitCode, run.Error);
        Assert.Contains("the checkpoint that --resume continues from cannot be written", run.Error);
        Assert.IsTrue(File.Exists(folder["run/summary.json"]) && File.Exists(folder["run/model.safetensors"]), run.Error);
    }

    /// <summary>The second signal ends the process while it saves what was done.</summary>
    [TestMethod]
    public void Two_signals_leave_a_folder_that_can_be_gone_on_with()
    {
        using var folder = new TemporaryFolder();
        string[] job = ["train", "--epochs", "60", "--batches", "1000", "--batch-size", "64", "--no-baseline"];
        using var process = Start([.. job, "--output", folder["run"]]);
        ReadUntil(process.StandardError, "model: epoch ");
        Send("INT", process);
        Thread.Sleep(50);
        Send("INT", process);
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");
        Assert.IsTrue(File.Exists(Path.Combine(folder["run"], "settings.json")));

        var resumed = CliRun.Of("train", "--resume", folder["run"], "--quiet");
        Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
        Assert.IsTrue(File.Exists(Path.Combine(folder["run"], "summary.json")));
    }

    [TestMethod]
    public void A_closed_terminal_that_nohup_ignores_stops_nothing()
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, """
            trap '' HUP
            "$@" train --quick --quiet --no-baseline --output run &
            for i in 1 2 3 4 5; do kill -HUP $!; sleep 0.2; done
            wait $!
            """);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.IsTrue(File.Exists(folder["run/summary.json"]));
    }

    [TestMethod]
    public void A_killed_training_is_resumed_to_the_same_files_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        string[] job = ["train", "--epochs", "40", "--batches", "1000", "--batch-size", "64", "--no-baseline", "--quiet"];
        Assert.AreEqual(0, CliRun.Of([.. job, "--output", folder["whole"]]).ExitCode);

        using var process = Start([.. job, "--checkpoint-every", "500", "--output", folder["killed"]]);
        string checkpoint = Path.Combine(folder["killed"], "checkpoint", "training.safetensors");
        for (var clock = Stopwatch.StartNew(); !File.Exists(checkpoint) && clock.Elapsed < Patience;)
            Thread.Sleep(5);
        process.Kill();
        process.WaitForExit();
        Assert.IsFalse(File.Exists(Path.Combine(folder["killed"], "summary.json")), "it was killed before its end");

        var resumed = CliRun.Of("train", "--resume", folder["killed"], "--quiet");
        Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
        foreach (string name in (string[])["history.csv", "model.safetensors", "settings.json", "distribution.safetensors"])
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(folder["whole"], name)),
                File.ReadAllBytes(Path.Combine(folder["killed"], name)),
                name);
        }
    }

    [TestMethod]
    public void An_interrupted_sample_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        using var process = Start("sample", "--rows", "2000000000", "--output", folder["data.csv"]);
        ReadUntil(process.StandardError, "sequences: ");
        Send("INT", process);
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");
        Assert.AreEqual(130, process.ExitCode);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    [DataRow("--data data.csv", DisplayName = "data")]
    [DataRow("--exact", DisplayName = "every prompt")]
    public void An_interrupted_evaluation_leaves_no_file(string flags)
    {
        using var folder = new TemporaryFolder();
        // 2.6 million rows, and 810,000 prompts: seconds of work.
        Assert.AreEqual(
            0,
            CliRun
                .OfLine(
                    "train --quick --batches 5 --vocabulary-size 30 --context-window 5 --supports 30,30,30 --no-baseline "
                    + $"--quiet --output {folder["run"]}"
                )
                .ExitCode);
        if (flags != "--exact")
        {
            Assert.AreEqual(
                0,
                CliRun
                    .OfLine(
                        $"sample --distribution {folder["run"]} --context-window 5 --rows 2600000 --quiet --output "
                        + $"{folder["data.csv"]}"
                    )
                    .ExitCode);
        }

        using var process = Start([
            "evaluate",
            "--model",
            folder["run"],
            .. flags.Replace("data.csv", folder["data.csv"], StringComparison.Ordinal).Split(' '),
            "--predictions",
            folder["p"],
            "--output",
            folder["e"],
        ]);
        ReadUntil(process.StandardError, "evaluating: ");
        Send("INT", process);
        var error = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");
        Assert.AreEqual(130, process.ExitCode, error.Result);
        Assert.IsFalse(Directory.Exists(folder["p"]) || Directory.Exists(folder["e"]));
    }

    [TestMethod]
    public void An_interrupted_corpus_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        // 40 million words: seconds of work.
        using (var text = File.CreateText(folder["text.txt"]))
        {
            string line = string.Join(' ', Enumerable.Range(0, 1000).Select(word => word * word % 997));
            for (int lines = 0; lines < 40_000; lines++)
                text.WriteLine(line);
        }
        using var process = Start("corpus", folder["text.txt"], "--output", folder["law.safetensors"]);
        ReadUntil(process.StandardError, "reading: ");
        Send("INT", process);
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");
        Assert.AreEqual(130, process.ExitCode);
        Assert.AreSequenceEqual(["text.txt"], folder.Entries);
    }

    [TestMethod]
    [DataRow("construct --vocabulary-size 60 --embedding-dimension 20 --head-dimension 20 --heads 179")]
    [DataRow("inspect --model m")]
    public void What_is_stopped_before_there_is_a_result_leaves_nothing(string line)
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"train --quick --batches 5 --no-baseline --quiet --output {folder["m"]}").ExitCode);
        var run = ShellRun.Of(folder, $"""
            "$@" {line} --output o &
            until [ -e o/.lock ]; do sleep 0.02; done
            kill -TERM $!; wait $!
            """);
        Assert.AreEqual(143, run.ExitCode, run.Error);
        Assert.Contains("stopped before there was anything to keep", run.Error);
        Assert.AreSequenceEqual(["m"], folder.Entries);
    }

    [TestMethod]
    [DataRow("train --quiet --output run --data")]
    [DataRow("evaluate --quiet --output e --model m --data")]
    [DataRow("corpus --quiet --output law.safetensors")]
    public void A_pipe_that_nobody_writes_into_can_be_interrupted(string line)
    {
        using var folder = new TemporaryFolder();
        if (line.Contains("--model m", StringComparison.Ordinal))
        {
            string job = $"train --quick --batches 5 --no-baseline --quiet --output {folder["m"]}";
            Assert.AreEqual(0, CliRun.OfLine(job).ExitCode);
        }
        var run = ShellRun.Of(folder, $"""
            mkfifo pipe.csv
            "$@" {line} pipe.csv &
            sleep 2; kill -TERM $!; wait $!
            """);
        Assert.AreEqual(143, run.ExitCode, run.Error);
        string[] expected = line.Contains("--model m", StringComparison.Ordinal) ? ["m", "pipe.csv"] : ["pipe.csv"];
        Assert.AreSequenceEqual(expected, folder.Entries);
    }

    [TestMethod]
    public void An_interrupted_generation_prints_no_part_of_a_line()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"train --quick --batches 5 --no-baseline --quiet --output {folder["run"]}").ExitCode);
        // Ten million tokens: much more than seconds of work.
        using var process = Start(["generate", "--model", folder["run"], "--length", "2000", .. Enumerable.Repeat("1,2", 5000)]);
        var error = process.StandardError.ReadToEndAsync();
        string? first = process.StandardOutput.ReadLine();
        Send("INT", process);
        var rest = process.StandardOutput.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(Patience), "it did not stop");
        Assert.AreEqual(130, process.ExitCode, error.Result);
        Assert.Contains("ngram generate: stopped", error.Result);
        Assert.HasCount(2002, first!.Split(','));
        // The same prompt and seed: each line is the first's, to its end.
        string[] lines = rest.Result.Split('\n');
        Assert.IsLessThan(4999, lines.Length);
        Assert.IsTrue(lines[..^1].All(line => line == first));
        Assert.AreEqual("", lines[^1]);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "ngram.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static void Send(string signal, Process process) =>
        Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();

    private static void ReadUntil(StreamReader reader, string start)
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"it ended before it said '{start}'");
    }
}
