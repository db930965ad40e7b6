using System.CommandLine;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Measure;
using NGram.Cli.Bench.Report;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.IO;

namespace NGram.Cli.Bench;

/// <summary>Measures the speed of training and sampling on this machine.</summary>
internal sealed class BenchCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Option<string?> only;
    private readonly Option<bool> quick;
    private readonly Option<string?> output;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public BenchCommand(StandardStreams streams)
        : base(
            "bench",
            "Measure training steps, the sampler and the notebook's whole job on this machine, side by side in one run.")
    {
        this.streams = streams;
        only = Add(
            Flag.Path(
                "--only",
                $"What to measure, separated by commas: {string.Join(", ", BenchPlan.AllNames)}. [default: all]",
                "CASE,..."));
        quick = Add(Flag.Switch("--quick", "Short measurements: less than a minute for everything."));
        output = Add(
            Flag.Path("--output", $"The folder to write; new or empty. [default: {RunPath.DefaultParent}/TIME-bench]", "DIR"));
        json = Add(Flag.Switch("--json", "Print the numbers as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("everything, in a few minutes", "ngram bench"),
        new("everything, in less than a minute", "ngram bench --quick --output runs/speed"),
        new("one model and the sampler", "ngram bench --only notebook,sampler"),
    ];

    private int Run(ParseResult parse)
    {
        var plan = new BenchPlan { Quick = parse.GetValue(quick) };
        if (parse.GetValue(only) is { } names)
            plan = plan with { Names = BenchPlan.ParseNames(names, only.Name) };
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var (folder, place) = RunPath.Claim(outputs, parse.GetValue(output), Name);
        var results = ProgressDisplay.Run(streams.ErrorConsole, parse.GetValue(quiet), progress =>
            new BenchRun(plan, progress, interruption.Token).Run());
        place.Write(partial => BenchFolder.Write(partial, results));
        outputs.Commit();
        Print(results, folder, parse.GetValue(json));
        if (results.LeftOut.Count > 0)
        {
            streams.Error.WriteLine(
                $"Left out, as the run was stopped or out of time: {string.Join(", ", results.LeftOut)}.");
        }

        return results.LeftOut.Count > 0 && interruption.Token.IsCancellationRequested ? ExitCode.Stopped : ExitCode.Done;
    }

    private void Print(BenchResults results, string folder, bool asJson)
    {
        if (asJson)
        {
            streams.Output.WriteLine(results.ToJson());
            streams.Error.WriteLine($"Folder: {folder}");
            return;
        }
        var console = streams.CreateOutputConsole();
        foreach (var table in BenchTables.Of(results))
            table.Write(console);
        streams.Output.WriteLine($"Folder: {folder}");
    }
}
