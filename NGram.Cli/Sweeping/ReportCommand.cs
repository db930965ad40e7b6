using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Reporting;

namespace NGram.Cli.Sweeping;

/// <summary>Writes the tables of a sweep's folder anew.</summary>
internal sealed class ReportCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> folder;

    public ReportCommand(StandardStreams streams)
        : base("report", "Merge the trials of a sweep's folder, whoever ran them, into its tables, fits, figures and report.")
    {
        this.streams = streams;
        Arguments.Add(folder = new("DIR") { Description = "The sweep's folder." });
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } = [new("after shards", "ngram sweep report shared/paper")];

    private int Run(ParseResult parse)
    {
        SweepPath.Require("DIR", parse.GetValue(folder)!);
        var result = SweepReport.Write(parse.GetValue(folder)!);
        SweepCounts.Print(streams, result, asJson: false);
        return ExitCode.Done;
    }
}
