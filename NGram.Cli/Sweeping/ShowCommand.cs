using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps;

namespace NGram.Cli.Sweeping;

/// <summary>Prints a preset as JSON.</summary>
internal sealed class ShowCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string> preset;

    public ShowCommand(StandardStreams streams)
        : base("show", "Print a preset's JSON, as a starting point for a sweep of your own.")
    {
        this.streams = streams;
        preset = new("PRESET") { Description = "A preset; 'ngram sweep list' names them." };
        Arguments.Add(preset);
        Add(Flag.Switch("--quiet", "No effect; for scripts that give it to every command."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } = [new("to a file", "ngram sweep show exp2 > mine.json")];

    private int Run(ParseResult parse)
    {
        string name = parse.GetValue(preset)!;
        if (!SweepPresets.Names.Contains(name))
            throw new UsageException($"PRESET is {name}; it must be one of {string.Join(", ", SweepPresets.Names)}.");
        streams.Output.Write(SweepPresets.Json(name));
        return ExitCode.Done;
    }
}
