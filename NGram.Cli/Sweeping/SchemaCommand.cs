using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps;

namespace NGram.Cli.Sweeping;

/// <summary>Prints the JSON schema of sweeps.</summary>
internal sealed class SchemaCommand : NGramCommand
{
    public SchemaCommand(StandardStreams streams)
        : base("schema", "Print the JSON schema of sweeps, for editors that complete and check; name it in \"$schema\".")
    {
        Add(Flag.Switch("--quiet", "No effect; for scripts that give it to every command."));
        SetAction(_ =>
        {
            streams.Output.WriteLine(Sweep.JsonSchema());
            return ExitCode.Done;
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
        [new("beside the sweeps", "ngram sweep schema > sweep.schema.json")];
}
