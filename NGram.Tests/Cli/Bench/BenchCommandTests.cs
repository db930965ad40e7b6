using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NGram.Cli.Bench;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Measure;
using NGram.Cli.Bench.Report;
using NGram.Cli.Terminal;
using NGram.ML.Fused.Vectors;

namespace NGram.Tests.Cli.Bench;

[TestClass]
[TestCategory("Slow")]
[DoNotParallelize] // it measures times
public sealed class BenchCommandTests
{
    [TestMethod]
    public void A_model_alone_has_its_variants_and_the_files()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("bench", "--only", "Experiment 6", "--quick", "--output", folder["bench"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.HasCount(1, folder.Entries);

        string[] lines = File.ReadAllLines(Path.Combine(folder["bench"], BenchFolder.Table));
        Assert.AreEqual("Case,Variant,Value,Unit", lines[0]);
        var times = lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells[^1] == "ms/step").ToList();
        var widths = VectorWidths.InHardware.Select(lanes => $"{lanes} lanes");
        string[] variants = ["per-head modules", "TorchSharp", "fused", .. widths];
        Assert.AreSequenceEqual(variants, times.Select(cells => cells[1]));
        foreach (string[]? cells in times)
        {
            Assert.AreEqual("experiment 6", cells[0]);
            Assert.IsGreaterThan(0, double.Parse(cells[2], CultureInfo.InvariantCulture));
        }

        string page = File.ReadAllText(Path.Combine(folder["bench"], BenchFolder.Page));
        Assert.Contains("| experiment 6 |", page);
        Assert.Contains(" UTC; ", page);
        Assert.Contains("experiment 6", run.Output);
        Assert.Contains($"Folder: {folder["bench"]}\n", run.Output);
        Assert.Contains("bench: experiment 6", run.Error);
    }

    [TestMethod]
    public void Json_holds_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("bench", "--only", "sampler", "--quick", "--quiet", "--json", "--output", folder["bench"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual($"Folder: {folder["bench"]}\n", run.Error);
        using var json = JsonDocument.Parse(run.Output);
        Assert.AreEqual(0, json.RootElement.GetProperty("leftOut").GetArrayLength());
        var rates = json
            .RootElement.GetProperty("measurements")
            .EnumerateArray()
            .Where(m => m.GetProperty("unit").GetString() == "rows/s")
            .ToList();
        Assert.HasCount(3, rates);
        string[] rows = File.ReadAllLines(Path.Combine(folder["bench"], BenchFolder.Table));
        foreach (var rate in rates)
        {
            Assert.HasCount(
                1,
                rows.Where(row =>
                        row.Contains(
                            rate.GetProperty("value").GetDouble().ToString("G6", CultureInfo.InvariantCulture),
                            StringComparison.Ordinal))
                    .ToList());
        }
    }

    [TestMethod]
    [DataRow("experiment 7", "--only names 'experiment 7'; each must be one of notebook, experiment 1,")]
    [DataRow("notebook,", "--only names ''")]
    public void Unknown_cases_are_refused_with_the_known_ones(string only, string expected)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("bench", "--only", only, "--output", folder["bench"]);
        Assert.AreEqual((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"ngram bench: {expected}", run.Error);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    public void A_folder_that_holds_something_is_refused_before_any_work()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.txt"], "mine");
        var run = CliRun.Of("bench", "--quick", "--output", Path.GetDirectoryName(folder["mine.txt"])!);
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains("it must be new or empty", run.Error);
    }

    [TestMethod]
    public void Names_come_in_the_order_of_the_run() =>
        Assert.AreSequenceEqual(
            ["notebook", "growth", "whole job"],
            BenchPlan.ParseNames("Whole Job, notebook,growth,notebook", "--only"));

    [TestMethod]
    public void The_cases_are_those_that_others_script_against() =>
        Assert.AreSequenceEqual(
            [
                "notebook",
                "experiment 1",
                "experiment 5 AoT",
                "experiment 5 MLP",
                "larger dimension",
                "three layers",
                "experiment 6",
                "sequence encoder",
            ],
            BenchCase.All.Select(model => model.Name));

    [TestMethod]
    public void A_cancelled_run_keeps_what_was_measured()
    {
        using var cancellation = new CancellationTokenSource();
        var plan = new BenchPlan { Names = ["sampler", "experiment 6"], Quick = true };
        var results = new BenchRun(plan, new CancelAt("experiment 6", cancellation), cancellation.Token).Run();
        Assert.AreSequenceEqual(["experiment 6"], results.LeftOut);
        Assert.HasCount(3, results.Measurements.Where(m => m.Case == "sampler").ToList());
        Assert.IsEmpty(results.Measurements.Where(m => m.Case == "experiment 6").ToList());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void An_interrupted_bench_writes_what_was_measured()
    {
        using var folder = new TemporaryFolder();
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "ngram.dll"),
                    "bench",
                    "--only",
                    "notebook,sampler",
                    "--output",
                    folder["bench"],
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        while (process.StandardError.ReadLine() is { } line && line != "bench: sampler")
        {
        }
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        var error = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(2)), "it did not stop");
        Assert.AreEqual(130, process.ExitCode, error.Result);
        Assert.Contains("Left out, as the run was stopped or out of time: sampler.", error.Result);
        Assert.Contains("notebook", output.Result);
        Assert.Contains("notebook,fused,", File.ReadAllText(Path.Combine(folder["bench"], BenchFolder.Table)));
    }

    [TestMethod]
    public void Its_page_lists_the_cases_and_valid_examples()
    {
        var run = CliRun.Of("bench", "--help");
        Assert.AreEqual(0, run.ExitCode);
        foreach (string? text in run.Output.Split('\n').Where(text => !text.StartsWith("  ngram ", StringComparison.Ordinal)))
            Assert.IsLessThanOrEqualTo(110, text.Length, text);
        using var streams = new StandardStreams(Stream.Null, TextWriter.Null);
        var command = new BenchCommand(streams);
        foreach (var example in command.Examples)
        {
            Assert.IsEmpty(
                command
                    .Parse(example.CommandLine["ngram bench".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Errors,
                example.CommandLine);
        }
    }

    private sealed class CancelAt(string text, CancellationTokenSource cancellation) : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value)
        {
            if (value.Text == text)
                cancellation.Cancel();
        }
    }
}
