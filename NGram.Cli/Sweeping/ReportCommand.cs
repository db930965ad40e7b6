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
    private readonly Option<bool> quiet;

    public ReportCommand(StandardStreams streams)
        : base("report", "Merge the trials of a sweep's folder, whoever ran them, into its tables, fits, figures and report.")
    {
        this.streams = streams;
        Arguments.Add(folder = SweepPath.CreateArgument());
        quiet = Add(Flag.Switch("--quiet", "Do not print how many trials there are of each kind."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } = [new("after shards", "ngram sweep report shared/paper")];

    private int Run(ParseResult parse)
    {
        var result = SweepReport.Write(SweepPath.Of(parse, folder));
        if (!parse.GetValue(quiet))
            SweepCounts.Print(streams, result, asJson: false);
        return ExitCode.Done;
    }
}
