using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;

namespace NGram.Cli.Sweeping;

/// <summary>Many trainings as one: the commands of sweeps.</summary>
internal sealed class SweepCommand : NGramCommand
{
    public SweepCommand(StandardStreams streams)
        : base("sweep", "Run many trainings as one sweep, such as the paper's experiments: on all cores, resumable, in shards.")
    {
        Subcommands.Add(new ListCommand(streams));
        Subcommands.Add(new ShowCommand(streams));
        Subcommands.Add(new SchemaCommand(streams));
        Subcommands.Add(new PlanCommand(streams));
        Subcommands.Add(new RunCommand(streams));
        Subcommands.Add(new ReportCommand(streams));
        Subcommands.Add(new CompareCommand(streams));
        SetAction(int (ParseResult _) =>
            throw new UsageException("a command is missing; 'ngram sweep --help' lists them."));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("the paper's experiment 6, its tables, fits and figure", "ngram sweep run exp6 --output runs/exp6"),
        new("what everything in the paper would take here", "ngram sweep plan paper"),
        new("a preset as a starting point for a sweep of your own", "ngram sweep show exp2"),
    ];
}
