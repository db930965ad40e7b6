using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.Cli.Sweeping;

/// <summary>Runs a sweep, or continues it.</summary>
internal sealed class RunCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> name;
    private readonly SweepFlags sweeps;
    private readonly RunFlags run;
    private readonly Option<string?> output;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public RunCommand(StandardStreams streams)
        : base("run", "Run a sweep's trials and write its tables, fits, figures and report, or continue it in its folder.")
    {
        this.streams = streams;
        Arguments.Add(name = SweepFlags.CreateArgument());
        sweeps = Add(new SweepFlags());
        run = Add(new RunFlags());
        output = Add(Flag.Path(
            "--output",
            "The sweep's folder: new, empty, or that of the same sweep, which is continued; several processes may share it. "
            + $"[default: {RunPath.DefaultParent}/TIME-sweep]",
            "DIR"));
        json = Add(Flag.Switch("--json", "Print the counts as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("the paper's experiment 6; the same line continues it", "ngram sweep run exp6 --output runs/exp6"),
        new("a first look: a tenth of the epochs, two repetitions", "ngram sweep run exp2 --scale 0.1 --repetitions 2"),
        new("other heads", "ngram sweep run exp1 --set Heads=1,2,4,8 --set EmbeddingDimension=10"),
        new("a sweep of your own", "ngram sweep run mine.json --output runs/mine"),
        new("a part of it, as a task of an array", "ngram sweep run paper --output shared/paper --shard auto"),
    ];

    private int Run(ParseResult parse)
    {
        var sweep = sweeps.Bind(parse, parse.GetValue(name)!);
        var options = run.Bind(parse, sweeps.Only(parse, sweep));
        string folder = FolderOf(parse);
        using var interruption = new Interruption(streams);
        var result = Run(sweep, folder, options, parse.GetValue(quiet), interruption.Token);

        SweepCounts.Print(streams, result, parse.GetValue(json));
        var asked = options.Select(sweep.Trials());
        var failed = asked.SelectMany(line => line.Failed(result.Find)).ToList();
        foreach (var reason in failed.GroupBy(record => record.Reason).Take(5))
        {
            string others = reason.Count() > 1 ? FormattableString.Invariant($" and {reason.Count() - 1} others") : "";
            streams.Error.WriteLine($"ngram sweep {Name}: trial {reason.First().Trial}{others} failed: {reason.Key}");
        }
        int left = asked.Count(line => line.Walk(result.FindSettled).Next is not null);
        if (left > 0)
        {
            string what = asked.Any(line => line.Trials.Count > 1) ? "trials or searches" : "trials";
            streams.Error.WriteLine(
                FormattableString.Invariant($"Stopped: {left} {what} are left; the same command continues in {result.Folder}."));
        }
        bool isWhole = left == 0;
        return !isWhole && interruption.Token.IsCancellationRequested ? ExitCode.Stopped
            : (isWhole || options.FailFast) && failed.Count > 0 && failed.All(record => record.IsPermanent) ? ExitCode.Permanent
            : !isWhole || failed.Count > 0 ? ExitCode.Failed
            : ExitCode.Done;
    }

    private string FolderOf(ParseResult parse) => parse.GetValue(output) is { } given
        ? SweepPath.RequireOutput(output.Name, given)
        : SweepPath.Default();

    private SweepResult Run(
        Sweep sweep, string folder, SweepRunOptions options, bool isQuiet, CancellationToken cancellation)
    {
        try
        {
            return ProgressDisplay.Run(
                streams.ErrorConsole,
                isQuiet,
                progress => sweep.Run(folder, options, progress is null ? null : new SweepSteps(progress), cancellation));
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException && !SweepFolder.Exists(folder))
        {
            throw new IOException($"{output.Name} is {folder}; no sweep can be written there: {exception.Message}", exception);
        }
        catch (SweepMismatchException exception)
        {
            throw new UsageException(
                $"{output.Name} is {folder}; it holds another sweep: {exception.Difference}. Use another folder.");
        }
    }
}
