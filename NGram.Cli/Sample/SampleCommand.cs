using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.Data.Sequences;
using NGram.ML.Experiments;

namespace NGram.Cli.Sample;

/// <summary>Samples sequences as CSV.</summary>
internal sealed class SampleCommand : NGramCommand
{
    private const string StandardOutput = "-";

    private readonly StandardStreams streams;
    private readonly LawFlags law;
    private readonly SeedFlags seeds;
    private readonly Option<int> rows;
    private readonly Option<string?> output;
    private readonly Option<bool> quiet;

    public SampleCommand(StandardStreams streams)
        : base(
            "sample",
            "Sample sequences from an n-gram distribution as CSV of token ids; "
            + "with the same flags, 'ngram train' trains on the same sequences.")
    {
        this.streams = streams;
        law = Add(new LawFlags(trains: false));
        seeds = Add(new SeedFlags(samples: true, trains: false));
        rows = Add(Flag.Integer("--rows", "Number of sequences.", 1000));
        output = Add(
            Flag.Path(
                "--output",
                $"The new file to write; {StandardOutput} is the standard output. [default: {StandardOutput}]",
                "FILE"));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("a thousand sequences of the notebook's distribution", "ngram sample --rows 1000 --output data.csv"),
        new("from a run's distribution, into a pipe", "ngram sample --distribution runs/first --rows 100000 --seed 7 | head"),
        new(
            "a Zipf law of order 2, sequences of 8 tokens",
            "ngram sample --law zipf --alphas -1,-1 --order 2 --context-window 8 --rows 20"),
    ];

    private int Run(ParseResult parse)
    {
        var settings = seeds.Bind(law.Bind(new ExperimentSettings(), parse), parse).Resolve();
        int count = parse.GetCount(rows);
        string? file = parse.GetValue(output) is { } path and not StandardOutput ? path : null;
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var place = file is null ? null : NewPath.ClaimFile(outputs, output.Name, file);
        ProgressDisplay.Run(streams.ErrorConsole, parse.GetValue(quiet), progress =>
        {
            var distribution = settings.DistributionFile is { } saved
                ? DistributionFile.Load(saved)
                : settings.Law!.CreateDistribution(settings.DistributionSeed!.Value);
            int window = settings.ContextWindow ?? SequenceSampler.ShortestWindow(distribution.Order);
            var sampler = new SequenceSampler(distribution, window, settings.DataSeed!.Value);
            void Write(Stream stream) => SequenceCsv.Write(stream, sampler, count, progress, interruption.Token);
            if (place is null)
                Write(streams.OutputStream);
            else
                place.WriteFile(Write);
            return count;
        });
        outputs.Commit();
        if (file is not null && !parse.GetValue(quiet))
            streams.Error.WriteLine(FormattableString.Invariant($"{count} sequences in {file}."));
        return ExitCode.Done;
    }
}
