using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Cli.Train;
using NGram.Data.IO;
using NGram.ML.Constructions;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Models;

namespace NGram.Cli.Construct;

/// <summary>Solves for a model's weights instead of training them, and writes the run folder.</summary>
internal sealed class ConstructCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Option<ConstructionMethod> method;
    private readonly LawFlags law;
    private readonly ModelFlags model;
    private readonly SeedFlags seeds;
    private readonly Option<string?> output;
    private readonly Option<bool> onnx;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public ConstructCommand(StandardStreams streams)
        : base(
            "construct",
            "Build weights instead of training them: the paper's memory of H min(d_h, d) + d prompts, an n-gram law in attention "
            + "and a table, or an MLP of facts.")
    {
        this.streams = streams;
        method = Add(
            Flag.Choice(
                "--method",
                "theorem: attention alone, one linear system. n-gram: heads that find the context's tokens and an MLP that is "
                + "the table; sizes follow from the law. fact-mlp: random heads and an MLP of --mlp-width, one linear system.",
                ConstructionMethod.Theorem,
                ("theorem", ConstructionMethod.Theorem),
                ("n-gram", ConstructionMethod.NGram),
                ("fact-mlp", ConstructionMethod.FactMlp)));
        law = Add(new LawFlags(trains: true));
        model = Add(
            new ModelFlags(
                trains: false,
                new TransformerOptions { Projections = Projections.PerHead, Precision = ModelPrecision.Float64 }));
        seeds = Add(new SeedFlags(samples: false, trains: true));
        output = Add(
            Flag.Path(
                "--output", $"The run folder to write; new or empty. [default: {RunPath.DefaultParent}/TIME-construct]", "DIR"));
        onnx = Add(Flag.Switch("--onnx", $"Also write {RunFiles.OnnxModel} into the run folder."));
        json = Add(Flag.Switch("--json", "Print the summary as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Do not print where the run folder is."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(
            "all 400 prompts of a look-up table of 20 tokens",
            "ngram construct --vocabulary-size 20 --embedding-dimension 4 --head-dimension 4 --heads 99"),
        new(
            "the prompts that the notebook's model has room for, held by the theorem",
            "ngram construct --output runs/theorem"),
        new(
            "the same facts in an MLP",
            "ngram construct --method fact-mlp --head-dimension 10 --heads 2 --mlp-width 2000 --output runs/facts"),
        new("any law exactly", "ngram construct --method n-gram --vocabulary-size 20 --alphas 1,0.9,0.7 --supports 20,20,20"),
    ];

    private int Run(ParseResult parse)
    {
        var settings = new ExperimentSettings { Baseline = null };
        settings = law.Bind(settings, parse);
        settings = model.Bind(settings, parse) with { Construction = parse.GetValue(method) };
        if (settings.Construction == ConstructionMethod.NGram)
            model.RefuseSizes(parse, $"follows from the law with {method.Name} n-gram; leave it out.");
        settings = seeds.Bind(settings, parse) with { Onnx = parse.GetValue(onnx) };
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var (folder, place) = RunPath.Claim(outputs, parse.GetValue(output), Name);
        // A linear system cannot be left half-way; the process does not wait for it.
        using var result = Task
            .Run(() => Experiment.Construct(settings))
            .WaitAsync(interruption.Token)
            .GetAwaiter()
            .GetResult();
        // Not before: without them a killed command leaves nothing that looks like a run to go on with.
        RunFolder.Begin(outputs, place, settings);
        RunFolder.Write(outputs, place, result);
        SummaryTable.Print(streams, result.Summary, parse.GetValue(quiet) ? null : folder, parse.GetValue(json));
        return ExitCode.Done;
    }
}
