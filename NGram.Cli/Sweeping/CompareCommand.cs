using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Tables;

namespace NGram.Cli.Sweeping;

/// <summary>Compares a sweep with published tables.</summary>
internal sealed class CompareCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> folder;
    private readonly Option<string?> published;

    public CompareCommand(StandardStreams streams)
        : base(
            "compare",
            "Compare a sweep with published tables, point by point, and write compare.csv and a figure into its folder. A table "
            + "is met if the "
            + "root mean square difference is at most 0.015 and no point is beyond 0.03 or three standard errors.")
    {
        this.streams = streams;
        Arguments.Add(folder = SweepPath.CreateArgument());
        published = Add(Flag.Path(
            "--published",
            "The folder of the tables: CSV files with the columns acc, para, N, d, d_head and perhaps width, named as those in "
            + "the sweep's folder published.",
            "FOLDER"));
        Add(Flag.Switch("--quiet", "No effect; for scripts that give it to every command."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
        [new("the authors' tables", "ngram sweep compare runs/exp2 --published tables")];

    private int Run(ParseResult parse)
    {
        string path = SweepPath.Of(parse, folder);
        string tables = parse.GetValue(published) ?? throw new UsageException($"{published.Name} is missing; it is a folder.");
        if (!Directory.Exists(tables))
            throw new UsageException($"{published.Name} is {tables}; there is no such folder.");
        var result = SweepResult.Read(path);
        var comparison = PublishedComparison.Of(result, tables);
        if (comparison.Tables.Count == 0)
            throw new UsageException($"{published.Name} is {tables}; it has no table with a counterpart in the sweep.");
        SweepReport.Write(result, comparison);
        foreach (var table in comparison.Tables)
            streams.Output.WriteLine(table.Verdict);
        return comparison.IsMet ? ExitCode.Done : ExitCode.Failed;
    }
}
