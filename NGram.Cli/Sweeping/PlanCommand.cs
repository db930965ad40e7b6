using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.IO;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>Says what a sweep would take on this machine.</summary>
internal sealed class PlanCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> name;
    private readonly SweepFlags sweeps;
    private readonly Option<int?> jobs;
    private readonly Option<string?> trials;
    private readonly Option<double?> packs;
    private readonly SchedulerFlags scheduler;
    private readonly Option<bool> quiet;
    private readonly Option<bool> json;

    public PlanCommand(StandardStreams streams)
        : base(
            "plan",
            "Estimate what a sweep takes: trials, steps, parameters, arithmetic, and the time here, measured for a second.")
    {
        this.streams = streams;
        Arguments.Add(name = SweepFlags.CreateArgument());
        sweeps = Add(new SweepFlags());
        scheduler = Add(new SchedulerFlags());
        jobs = Add(Flag.OptionalInteger("--jobs", "Trials at a time. [default: the cores]"));
        trials = Add(Flag.Path("--trials", "Also write the trials as JSON lines, the longest first, to this new file.", "FILE"));
        packs = Add(Flag.OptionalReal(
            "--packs",
            "Also say how many packs of this many minutes, on one core each, the trials make: the n of --shard."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        json = Add(Flag.Switch("--json", "Print the plan as JSON."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("all of the paper", "ngram sweep plan paper"),
        new("an array of half-hour tasks", "ngram sweep plan paper --packs 30"),
        new("the same as a batch script", "ngram sweep plan paper --packs 30 --slurm --output runs/paper"),
        new("the image for Kubernetes, in a checkout", "ngram sweep plan paper --dockerfile > Dockerfile"),
        new("the trials for other tools", "ngram sweep plan exp2 --trials trials.jsonl"),
    ];

    private int Run(ParseResult parse)
    {
        var sweep = sweeps.Bind(parse, parse.GetValue(name)!);
        if (scheduler.Dockerfile(parse, json) is { } image)
        {
            streams.Output.WriteLine(image);
            return ExitCode.Done;
        }
        var options = new SweepRunOptions { Jobs = parse.GetValue(jobs), Only = sweeps.Only(parse, sweep) };
        options.Validate();
        double? minutes = parse.GetValue(packs);
        if (minutes is not (null or > 0))
            throw new UsageException(FormattableString.Invariant($"{packs.Name} is {minutes}; it must be a positive number."));
        string? file = parse.GetValue(trials);
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var place = file is null ? null : NewPath.ClaimFile(outputs, trials.Name, file);
        var plan = ProgressDisplay.Run(streams.ErrorConsole, parse.GetValue(quiet), progress => SweepPlan.Measure(
            [.. options.Select(sweep.Trials()).SelectMany(line => line.AtMost).DistinctBy(trial => trial.Id)],
            options.Jobs ?? Environment.ProcessorCount,
            progress is null ? null : new Measuring(progress),
            interruption.Token));
        place?.Write(path => WriteLines(path, plan));
        outputs.Commit();
        string[] run = ["ngram", "sweep", "run", parse.GetValue(name)!, .. sweeps.Words(parse)];
        if (scheduler.Script(parse, sweep.Name, run, plan, minutes) is { } script)
            streams.Output.WriteLine(script);
        else if (parse.GetValue(json))
            streams.Output.WriteLine(PlanTable.Json(plan, minutes));
        else
            PlanTable.Write(streams.CreateOutputConsole(), plan, minutes);
        return ExitCode.Done;
    }

    /// <summary>One trial per line, for tools that run one line at a time.</summary>
    private static void WriteLines(string path, SweepPlan plan)
    {
        using var stream = File.Create(path);
        foreach (var (trial, work, seconds) in plan.Trials)
        {
            JsonSerializer.Serialize(
                stream,
                new
                {
                    trial = trial.Id,
                    sweep = trial.Sweep,
                    repetition = trial.Repetition,
                    steps = work.Steps,
                    parameters = work.Parameters,
                    seconds = Math.Round(seconds, 3),
                    settings = JsonDocument.Parse(trial.Settings.ToJson()).RootElement,
                });
            stream.WriteByte((byte)'\n');
        }
    }

    private sealed class Measuring(IProgress<ProgressStep> display) : IProgress<double>
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();

        public void Report(double value)
        {
            string share = FormattableString.Invariant($"{100 * value:F0}%");
            display.Report(new("measuring", value, share, clock.Elapsed, RemainingTime.Of(clock.Elapsed, value, 1)));
        }
    }
}
