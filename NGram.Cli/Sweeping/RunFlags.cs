using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Terminal;
using NGram.ML.Shards;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>How a sweep is run.</summary>
internal sealed class RunFlags : FlagGroup
{
    private readonly Option<int?> jobs;
    private readonly Option<string?> shard;
    private readonly Option<bool> retryFailed;
    private readonly Option<bool> failFast;
    private readonly Option<double?> timeLimit;

    public RunFlags() : base("Run")
    {
        jobs = Add(Flag.OptionalInteger("--jobs", "Trials at a time. [default: the cores]"));
        shard = Add(ShardFlag.Create("Run part i of n of the trials"));
        retryFailed = Add(Flag.Switch("--retry-failed", "Run failed trials again."));
        failFast = Add(Flag.Switch("--fail-fast", "Stop at the first trial that fails."));
        timeLimit = Add(Flag.OptionalReal(
            "--time-limit",
            "Stop after this many seconds, as Ctrl-C does. [default: none]"));
    }

    /// <summary>The options of a run.</summary>
    /// <exception cref="UsageException">A value is out of its range.</exception>
    public SweepRunOptions Bind(ParseResult parse, IReadOnlyList<SweepAxis> only)
    {
        var options = new SweepRunOptions
        {
            Only = only,
            Jobs = parse.GetValue(jobs),
            RetryFailed = parse.GetValue(retryFailed),
            FailFast = parse.GetValue(failFast),
            TimeLimit = parse.GetValue(timeLimit) is { } seconds ? Limit(seconds) : null,
        };
        Check(options.Validate);
        if (parse.GetValue(shard) is { } text)
            Check(() => options = options with { Shard = WorkShard.Parse(text) });
        return options;
    }

    private TimeSpan Limit(double seconds) => seconds > 0 && seconds <= int.MaxValue / 1000.0
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException(
            FormattableString.Invariant($"{timeLimit.Name} is {seconds}; it must be a positive number of seconds up to ")
            + FormattableString.Invariant($"{int.MaxValue / 1000}."));
}
