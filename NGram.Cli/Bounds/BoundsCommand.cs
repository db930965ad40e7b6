using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.ML.Bounds;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.Cli.Bounds;

/// <summary>The table of bounds for a law and a model.</summary>
internal sealed class BoundsCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly LawFlags law;
    private readonly ModelFlags model;
    private readonly SeedFlags seeds;
    private readonly Option<string?> saved;
    private readonly Option<bool> optimum;
    private readonly Option<string?> output;
    private readonly Option<bool> quiet;
    private readonly Option<bool> json;

    public BoundsCommand(StandardStreams streams)
        : base(
            "bounds",
            "List what is proved and measured about models of a given size: every bound with its side, its value and whether its "
            + "conditions hold here.")
    {
        this.streams = streams;
        law = Add(new LawFlags(trains: false));
        model = Add(new ModelFlags(trains: false, new TransformerOptions()));
        seeds = Add(new SeedFlags(samples: false, trains: false));
        saved = Add(
            Flag.Path(
                "--model",
                "A saved model instead of flags: a run folder (with its distribution), a model.zip, or a .safetensors file "
                + "beside its .json.",
                "PATH"));
        optimum = Add(
            Flag.Switch(
                "--optimum",
                "Search for the best sequence encoder of the model's dimension where no proposition gives its divergence: "
                + "it takes seconds, or minutes for some laws of 50 tokens and more."));
        output = Add(Flag.Path("--output", "The new CSV file to write.", "FILE"));
        quiet = Add(Flag.Switch("--quiet", "Show no progress of --optimum."));
        json = Add(Flag.Switch("--json", "Print the bounds as JSON."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("the notebook's model on its distribution", "ngram bounds"),
        new(
            "the paper's model, as a file",
            "ngram bounds --head-dimension 10 --heads 249 --projections per-head --output bounds.csv"),
        new("a run folder", "ngram bounds --model runs/first"),
        new(
            "a law of full support, with the best that any model of the dimension can do",
            "ngram bounds --vocabulary-size 10 --alphas 0.9,0.9,0.7 --supports 10,10,10 --embedding-dimension 3 --optimum"),
        new("a saved distribution, a model that is not trained yet", "ngram bounds --distribution runs/first --heads 40 --json"),
    ];

    private int Run(ParseResult parse)
    {
        using var outputs = new OutputSet();
        string? file = parse.GetValue(output);
        var place = file is null ? null : NewPath.ClaimFile(outputs, output.Name, file);
        var bounds = Read(parse);
        place?.WriteFile(stream =>
            DataFrame.SaveCsv(BoundTable.Create(bounds), stream, cultureInfo: CultureInfo.InvariantCulture));
        outputs.Commit();
        if (parse.GetValue(json))
            streams.Output.WriteLine(BoundsTable.Json(bounds).ToJsonString(JsonText.Options));
        else
            BoundsTable.Write(streams.CreateOutputConsole(), bounds);
        return ExitCode.Done;
    }

    private IReadOnlyList<Bound> Read(ParseResult parse) => parse.Has(saved) ? OfSaved(parse) : OfFlags(parse);

    private IReadOnlyList<Bound> OfFlags(ParseResult parse)
    {
        var settings = seeds.Bind(model.Bind(law.Bind(new ExperimentSettings(), parse), parse), parse).Resolve();
        var distribution = settings.OpenDistribution()!;
        return All(parse, distribution, settings.ArchitectureOn(distribution));
    }

    private IReadOnlyList<Bound> OfSaved(ParseResult parse)
    {
        const string reason = "contradicts --model, whose file says it; leave it out.";
        law.RefuseAllButFile(parse, reason);
        model.RefuseAll(parse, reason);
        seeds.RefuseAll(parse, reason);
        var file = ModelPath.Load(parse, saved);
        string? path = law.FindFile(parse) ?? file.DistributionFile;
        var distribution = path is null ? null : DistributionFile.Load(path);
        RequireSameSizes(distribution, file.Architecture);
        return All(parse, distribution, file.Architecture);
    }

    private IReadOnlyList<Bound> All(ParseResult parse, INGramDistribution? distribution, Architecture architecture)
    {
        if (!parse.GetValue(optimum))
            return BoundSet.All(distribution, architecture);
        if (distribution is null)
            throw new UsageException($"{optimum.Name} needs a law; --model does not bring one, so give --distribution.");
        if (!BoundSetting.Of(architecture).HasHeads)
            throw new UsageException($"{optimum.Name} is for a transformer, and --model is not one; leave it out.");
        var found = ProgressDisplay.Run(streams.ErrorConsole, parse.GetValue(quiet), progress =>
        {
            progress?.Report(new("searching"));
            return SequenceEncoderOptimum.FindInfimum(distribution, architecture);
        });
        return BoundSet.All(distribution, architecture, found);
    }

    private static void RequireSameSizes(INGramDistribution? distribution, Architecture architecture)
    {
        if (distribution is null)
            return;
        Require.That(
            distribution.VocabularySize == architecture.VocabularySize,
            "The distribution's vocabulary size",
            distribution.VocabularySize,
            FormattableString.Invariant($"the model's, {architecture.VocabularySize}"));
        Require.That(
            distribution.Order <= architecture.ContextWindow,
            "The distribution's order",
            distribution.Order,
            FormattableString.Invariant($"at most the model's context window, {architecture.ContextWindow}"));
    }
}
