using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Reporting;

namespace NGram.Cli.Sweeping;

/// <summary>Rewrites the tables of a sweep's folder.</summary>
internal sealed class ReportCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> folder;

    public ReportCommand(StandardStreams streams)
        : base("report", "Merge the trials of a sweep's folder, whoever ran them, into its tables, fits, figures and report.")
    {
        this.streams = streams;
        Arguments.Add(folder = SweepPath.CreateArgument());
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } = [new("after shards", "ngram sweep report shared/paper")];

    private int Run(ParseResult parse)
    {
        var result = SweepReport.Write(SweepPath.Of(parse, folder));
        SweepCounts.Print(streams, result, asJson: false);
        return ExitCode.Done;
    }
}
