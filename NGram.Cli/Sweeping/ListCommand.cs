using System.CommandLine;
using System.Globalization;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;
using Spectre.Console;

namespace NGram.Cli.Sweeping;

/// <summary>Lists the presets.</summary>
internal sealed class ListCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Option<bool> json;

    public ListCommand(StandardStreams streams) : base("list", "List the presets.")
    {
        this.streams = streams;
        json = Add(Flag.Switch("--json", "Print the list as JSON."));
        Add(Flag.Switch("--quiet", "No effect; for scripts that give it to every command."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } = [new("the presets", "ngram sweep list")];

    private int Run(ParseResult parse)
    {
        var presets = SweepPresets.Names.Select(SweepPresets.Get).ToList();
        if (parse.GetValue(json))
        {
            streams.Output.WriteLine(JsonText.Of(presets.Select(preset => new
            {
                preset.Name,
                Trials = CountOf(preset),
                preset.Title,
            })));
            return ExitCode.Done;
        }
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("preset") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(
            new TableColumn("trials") { NoWrap = true, Alignment = Justify.Right, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(new TableColumn("what it shows"));
        foreach (var preset in presets)
        {
            table.AddRow(
                new Text(preset.Name),
                new Text(CountOf(preset).ToString("N0", CultureInfo.InvariantCulture)),
                new Text(preset.Title));
        }
        streams.CreateOutputConsole().Write(table);
        return ExitCode.Done;
    }

    /// <summary>Number of trials; for a search, the maximum that it can need.</summary>
    private static int CountOf(Sweep preset) => TrialLine.Of(preset.Trials()).Sum(line => line.AtMost.Count);
}
