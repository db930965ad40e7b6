using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.IO;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Cli.Train;

/// <summary>Trains a model and its baseline and writes the run folder.</summary>
internal sealed class TrainCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly LawFlags law;
    private readonly DataFlags data;
    private readonly ModelFlags model;
    private readonly TrainingFlags training;
    private readonly BaselineFlags baseline;
    private readonly SeedFlags seeds;
    private readonly Option<bool> quick;
    private readonly Option<string?> output;
    private readonly Option<bool> onnx;
    private readonly Option<int?> checkpointEvery;
    private readonly Option<int?> trackEvery;
    private readonly Option<string?> resume;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public TrainCommand(StandardStreams streams)
        : base(
            "train",
            "Train a transformer on an n-gram distribution or on data of your own; without flags, the notebook's job.")
    {
        this.streams = streams;
        law = Add(new LawFlags(trains: true, readsData: true));
        data = Add(new DataFlags());
        model = Add(new ModelFlags(trains: true, new TransformerOptions()));
        training = Add(new TrainingFlags());
        baseline = Add(new BaselineFlags());
        seeds = Add(new SeedFlags(samples: true, trains: true));
        quick = Add(
            Flag.Switch(
                "--quick",
                $"Finish in seconds: {TrainingFlags.QuickEpochs} epochs of {TrainingFlags.QuickBatches} batches, and "
                + $"{BaselineFlags.QuickEpochs} of {BaselineFlags.QuickBatches} for the baseline, each for at most 3 s; "
                + "other flags override this."));
        output = Add(
            Flag.Path("--output", $"The run folder to write; new or empty. [default: {RunPath.DefaultParent}/TIME-train]", "DIR")
        );
        onnx = Add(Flag.Switch("--onnx", $"Also write {RunFiles.OnnxModel} into the run folder."));
        checkpointEvery = Add(
            Flag.OptionalInteger(
                "--checkpoint-every",
                "Save a checkpoint in the run folder every N batches. "
                + "[default: as before with --resume, else only after Ctrl-C]"));
        trackEvery = Add(
            Flag.OptionalInteger(
                "--track-every",
                "Record every N batches which prompts of the law the model has memorised, and when it learned them, in "
                + $"{RunFiles.Memory}, {RunFiles.Prompts} and pictures in the report; a resumed run records from there on."));
        resume = Add(
            Flag.Path(
                "--resume",
                "Continue the run in this folder, which was killed or stopped; the result is the same, and its settings apply.",
                "DIR"));
        json = Add(Flag.Switch("--json", "Print the summary as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("the notebook's job: model, trained baseline, charts", "ngram train"),
        new("see it work in seconds", "ngram train --quick --output runs/first"),
        new(
            "a larger vocabulary, more heads, a falling learning rate",
            "ngram train --vocabulary-size 100 --heads 40 --learning-rate 0.01 --final-learning-rate 0.0005"),
        new("a long run that survives being killed", "ngram train --epochs 500 --checkpoint-every 10000 --output runs/long"),
        new("what is memorised, pair by pair, and when it was learned", "ngram train --track-every 250 --output runs/tracked"),
        new("continue the long run", "ngram train --resume runs/long"),
        new(
            "sequences of your own: ids or words, the last of a row predicted from the others",
            "ngram train --data sequences.csv --output runs/mine"),
        new(
            "every window of four characters of a text",
            "ngram train --data book.txt --tokens character --context-window 4 --output runs/book"),
        new("a saved distribution, the figures as JSON", "ngram train --distribution runs/first --epochs 5 --no-baseline --json"),
    ];

    private int Run(ParseResult parse)
    {
        int? every = ReadInterval(parse);
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        string? resumed = parse.GetValue(resume);
        var (folder, place, settings) = resumed is null ? Begin(outputs, parse) : Reopen(outputs, parse, resumed);
        var checkpoints = new CheckpointOptions
        {
            Path = RunFiles.CheckpointOf(folder),
            Every = every,
            Resume = resumed is not null,
        };
        using var result = Train(parse, settings, checkpoints, interruption.Token);
        RunFolder.Write(outputs, place, result);
        SummaryTable.Print(streams, result.Summary, folder, parse.GetValue(json));
        Explain(result, interruption.Token.IsCancellationRequested);
        return result.Summary.Completed ? ExitCode.Done
            : interruption.Token.IsCancellationRequested ? ExitCode.Stopped
            : ExitCode.Failed;
    }

    private int? ReadInterval(ParseResult parse)
    {
        int? every = parse.GetValue(checkpointEvery);
        if (every < 1)
            throw new UsageException(FormattableString.Invariant($"{checkpointEvery.Name} is {every}; it must be at least 1."));
        return every;
    }

    /// <summary>A new run: its settings are in its folder from the start, so that it can go on once a checkpoint is.</summary>
    private (string Folder, OutputPlace Place, ExperimentSettings Settings) Begin(OutputSet outputs, ParseResult parse)
    {
        var settings = Bind(parse);
        var (folder, place) = Claim(outputs, parse.GetValue(output));
        RunFolder.Begin(outputs, place, settings);
        return (folder, place, settings);
    }

    private (string Folder, OutputPlace Place) Claim(OutputSet outputs, string? given)
    {
        try
        {
            return RunPath.Claim(outputs, given, Name);
        }
        catch (UsageException) when (given is not null && RunFolder.CanResume(given))
        {
            throw new UsageException(
                $"{output.Name} is {given}; it holds a run that is not finished. Continue it with {resume.Name} {given}, "
                + "or choose another folder.");
        }
    }

    private ExperimentResult Train(
        ParseResult parse,
        ExperimentSettings settings,
        CheckpointOptions checkpoints,
        CancellationToken cancellation) =>
        ProgressDisplay.Run(
            streams.ErrorConsole,
            parse.GetValue(quiet),
            progress =>
                Experiment.Run(
                    settings,
                    progress: progress is null ? null : new ExperimentSteps(progress),
                    checkpoints: checkpoints,
                    cancellationToken: cancellation));

    private (string Folder, OutputPlace Place, ExperimentSettings Settings) Reopen(
        OutputSet outputs, ParseResult parse, string folder)
    {
        const string reason = "contradicts --resume, which takes the settings of the run folder; leave it out.";
        foreach (var group in new FlagGroup[] { law, data, model, training, baseline, seeds })
            group.RefuseAll(parse, reason);
        if (Array.Find<Option>([quick, output, onnx, trackEvery], parse.Has) is { } own)
            throw new UsageException($"{own.Name} {reason}");
        if (!File.Exists(Path.Combine(folder, RunFiles.Settings)))
            throw new UsageException($"{resume.Name} is {folder}; it must be a run folder, which holds {RunFiles.Settings}.");
        var place = NewPath.Reopen(outputs, resume.Name, folder);
        return (folder, place, RunFolder.Resume(folder));
    }

    /// <summary>The experiment that a command line asks for.</summary>
    internal ExperimentSettings Bind(ParseResult parse)
    {
        bool fast = parse.GetValue(quick);
        var settings = data.Bind(new ExperimentSettings(), parse);
        settings = law.Bind(settings, parse);
        data.RequireTexts(settings);
        settings = model.Bind(settings, parse);
        settings = training.Bind(settings, parse, fast);
        settings = baseline.Bind(settings, parse, fast);
        settings = seeds.Bind(settings, parse) with { Onnx = parse.GetValue(onnx), TrackEvery = parse.GetValue(trackEvery) };
        if (settings.TrackEvery < 1)
        {
            throw new UsageException(
                FormattableString.Invariant($"{trackEvery.Name} is {settings.TrackEvery}; it must be at least 1."));
        }
        if (settings is { TrackEvery: not null, HasLaw: false })
        {
            throw new UsageException(
                $"{trackEvery.Name} needs the law of the tokens, and --data has none without --distribution.");
        }
        return settings;
    }

    /// <summary>What to beware of in the figures; why a run ended before its time, and what to do.</summary>
    private void Explain(ExperimentResult result, bool stopped)
    {
        if (result.Summary.BaselineWarning is { } warning)
            streams.Error.WriteLine($"ngram {Name}: {warning}");
        string done = FormattableString.Invariant($"{result.History.Steps} batches were trained");
        if (stopped && result.History.CheckpointFault is { } fault)
        {
            streams.Error.WriteLine(
                $"Stopped: {done}, and the run folder holds the results, but the checkpoint that --resume continues from cannot "
                + $"be written: {fault.Message}");
        }
        else if (stopped && !result.Summary.Completed)
        {
            streams.Error.WriteLine($"Stopped: {done}; the run folder holds them, and --resume continues.");
        }
        else if (result.History.StopReason == StopReason.NotFinite)
        {
            streams.Error.WriteLine(
                $"ngram {Name}: {Failure(result.History)}; the last good weights are kept. A smaller --learning-rate may help.");
        }
        else if (result.Baseline is { StopReason: StopReason.NotFinite } failed)
        {
            streams.Error.WriteLine(
                $"ngram {Name}: {Failure(failed)} of the baseline. A smaller --baseline-learning-rate may help.");
        }
    }

    private static string Failure(TrainingHistory history)
    {
        var (epoch, batch) = Math.DivRem(history.Steps - 1, history.BatchesPerEpoch);
        string what = double.IsFinite(history.Losses[^1])
            ? "the weights are not finite after"
            : "the loss is not finite at";
        return FormattableString.Invariant($"{what} step {history.Steps} (epoch {epoch + 1}, batch {batch + 1})");
    }
}
