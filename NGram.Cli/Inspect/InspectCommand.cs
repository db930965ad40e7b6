using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.ML.Inspection;

namespace NGram.Cli.Inspect;

/// <summary>Puts a saved model under the microscope: what it has memorised, and what each head does.</summary>
internal sealed class InspectCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Option<string?> model;
    private readonly Option<string?> distribution;
    private readonly Option<int> cards;
    private readonly Option<string?> output;
    private readonly Option<bool> quiet;

    public InspectCommand(StandardStreams streams)
        : base(
            "inspect",
            "Put a model under the microscope: what it has memorised and when it learned it, the tables of every head and what "
            + "fails without that head, as a page and CSV files.")
    {
        this.streams = streams;
        model = Add(ModelPath.Create());
        distribution = Add(
            Flag.Path(
                "--distribution",
                "The law: a .safetensors file, or a run folder that holds one. [default: that of the model's run folder]",
                "FILE"));
        cards = Add(
            Flag.Integer(
                "--cards",
                "Heads whose complete tables are drawn and written: those without which the most prompts fail.",
                InspectionReport.DefaultCards));
        output = Add(
            Flag.Path(
                "--output", $"The folder to write; new or empty. [default: {RunPath.DefaultParent}/TIME-inspect]", "DIR"));
        quiet = Add(Flag.Switch("--quiet", "Do not print where the page is."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("a run, with the steps of its learning, if they were tracked", "ngram inspect --model runs/tracked --output glass"),
        new("the tables of all its heads", "ngram inspect --model runs/tracked --cards 22 --output glass"),
        new("weights on a law", "ngram inspect --model weights.safetensors --distribution runs/first"),
    ];

    private int Run(ParseResult parse)
    {
        int count = parse.GetValue(cards);
        if (count < 0)
            throw new UsageException(FormattableString.Invariant($"{cards.Name} is {count}; it must be at least 0."));
        var saved = ModelPath.Load(parse, model);
        string law = parse.GetValue(distribution) is { } given
            ? DistributionPath.Find(distribution, given)
            : saved.DistributionFile
                ?? throw new UsageException($"{distribution.Name} is missing; the model does not bring its law.");
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var (folder, place) = RunPath.Claim(outputs, parse.GetValue(output), Name);
        var report = InspectionReport.Create(
            saved.Architecture, saved.Parameters, DistributionFile.Load(law), parse.GetValue(model), count, interruption.Token);
        interruption.Token.ThrowIfCancellationRequested();
        place.Write(report.Write);
        outputs.Commit();
        if (!parse.GetValue(quiet))
            streams.Output.WriteLine($"Inspection: {folder} (open {Path.Combine(folder, InspectionReport.Page)})");
        return ExitCode.Done;
    }
}
