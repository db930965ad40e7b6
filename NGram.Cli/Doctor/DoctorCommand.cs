using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;

namespace NGram.Cli.Doctor;

/// <summary>Says what runs here, and tries it.</summary>
internal sealed class DoctorCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly IEnumerable<SelfCheck> checks;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public DoctorCommand(StandardStreams streams) : this(streams, SelfChecks.All)
    {
    }

    /// <summary>A doctor with other checks.</summary>
    internal DoctorCommand(StandardStreams streams, IEnumerable<SelfCheck> checks)
        : base(
            "doctor",
            "Report the runtime, the processor, all versions, and the native libraries and how they were loaded; "
            + "and try what has to run, in about a second. The exit code is 1 if something does not run.")
    {
        this.streams = streams;
        this.checks = checks;
        json = Add(Flag.Switch("--json", "Print the diagnosis as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Print only what fails."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("what runs here", "ngram doctor"),
        new("for a bug report or a script", "ngram doctor --json"),
    ];

    private int Run(ParseResult parse)
    {
        var diagnosis = Diagnosis.Make(checks);
        if (parse.GetValue(json))
            streams.Output.WriteLine(diagnosis.ToJson());
        else
            Print(diagnosis, parse.GetValue(quiet));
        if (diagnosis.Healthy)
            return ExitCode.Done;
        var failed = diagnosis.Checks.Where(check => !check.IsWell).Select(check => check.Name);
        streams.Error.WriteLine($"ngram {Name}: {string.Join(", ", failed)} cannot run here.");
        return ExitCode.Failed;
    }

    private void Print(Diagnosis diagnosis, bool onlyFailures)
    {
        var console = streams.CreateOutputConsole();
        if (!onlyFailures)
            DiagnosisTable.WriteFacts(console, diagnosis);
        var shown = diagnosis.Checks.Where(check => !(onlyFailures && check.IsWell)).ToList();
        if (shown.Count > 0)
            DiagnosisTable.WriteChecks(console, shown);
    }
}
