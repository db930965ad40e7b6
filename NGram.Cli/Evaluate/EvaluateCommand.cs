using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.IO;
using NGram.Data.Text;
using NGram.ML.Evaluation;
using NGram.ML.Evaluation.Batch;

namespace NGram.Cli.Evaluate;

/// <summary>Measures saved models on data, or on every prompt of a distribution.</summary>
internal sealed class EvaluateCommand : NGramCommand
{
    private const string MetricsFile = SharedEvaluation.MetricsFile;

    private delegate IReadOnlyList<EvaluatedPair> Measure(
        IReadOnlyList<string> models, IReadOnlyList<EvaluationData> data, BatchEvaluationOptions options);

    private readonly StandardStreams streams;
    private readonly Option<string[]> models;
    private readonly Option<string[]> data;
    private readonly Option<string?> distribution;
    private readonly Option<bool> exact;
    private readonly Option<double> promptLimit;
    private readonly Option<string?> predictions;
    private readonly Option<int> top;
    private readonly Option<TokenUnit?> tokens;
    private readonly Option<bool> windows;
    private readonly Option<bool> text;
    private readonly Option<string> header;
    private readonly Option<string?> output;
    private readonly Option<string?> shard;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public EvaluateCommand(StandardStreams streams)
        : base(
            "evaluate",
            "Measure saved models on data: each model on each file, or on every prompt of a known distribution, in one table.")
    {
        this.streams = streams;
        models = Add(
            Flag.Paths(
                "--model",
                "The models: run folders (with their distributions), model.zip files, or .safetensors files beside their .json.",
                "PATH"));
        data = Add(
            Flag.Paths(
                "--data",
                "Sequences: CSV, TSV (.tsv), JSON lines (.jsonl) or Parquet (.parquet) files; "
                + $"{PipedData.Name} is CSV on the standard input. The last token of a row is predicted from those before it.",
                "FILE"));
        distribution = Add(
            Flag.Path(
                "--distribution",
                "The distribution of the data: a .safetensors file, or a run folder that holds one. "
                + "[default: that of a model's run folder]",
                "FILE"));
        exact = Add(
            Flag.Switch(
                "--exact",
                "Measure on every prompt of the distribution, weighted by its probability; needs no --data."));
        promptLimit = Add(
            Flag.Real(
                "--prompt-limit",
                "The most prompts that --exact goes through; if there are more, measure on a sample from 'ngram sample'.",
                new BatchEvaluationOptions().PromptLimit));
        predictions = Add(
            Flag.Path(
                "--predictions",
                "Write the predictions with their probabilities, a CSV file for each pair: a line for every row of the data, "
                + "or with --exact for every prompt, saying whether it is memorised. "
                + "The folder must be new or empty; it may be that of --output.",
                "DIR"));
        top = Add(
            Flag.Integer(
                "--top-k",
                "How many of the most probable tokens the top-k accuracy counts and the predictions list.",
                new BatchEvaluationOptions().TopK));
        tokens = Add(
            Flag.OptionalChoice<TokenUnit>(
                "--tokens",
                "The data is running text (UTF-8) of such tokens, and each window of it is a sequence. [default: rows of tokens]",
                ("word", TokenUnit.Word),
                ("character", TokenUnit.Character),
                ("byte", TokenUnit.Byte)));
        windows = Add(DataFlags.CreateWindows());
        text = Add(
            Flag.Switch(
                "--text",
                "Tokens in the data are texts, as named by a distribution made by 'ngram corpus', not ids."));
        header = Add(DataFlags.CreateHeader());
        output = Add(
            Flag.Path(
                "--output",
                $"The folder for {MetricsFile}; new or empty. [default: {RunPath.DefaultParent}/TIME-evaluate]",
                "DIR"));
        shard = Add(ShardFlag.Create(
            "Measure part i of n of the pairs of a model and data. All parts may share --output (and --predictions), whose table "
            + "has the pairs measured so far; these are not measured again"));
        json = Add(Flag.Switch("--json", "Print the metrics as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("two models on two files", "ngram evaluate --model runs/first runs/second --data june.csv july.parquet"),
        new("the divergence itself, without a sample", "ngram evaluate --model runs/first --exact"),
        new(
            "what is predicted for each row of a file",
            "ngram evaluate --model runs/first --data june.csv --predictions june-predictions --top-k 3"),
        new("which prompts are memorised", "ngram evaluate --model runs/first --exact --predictions memorised"),
        new(
            "a held-out text, for a model that was trained on words",
            "ngram evaluate --model runs/words --data book.txt --tokens word"),
        new(
            "PyTorch's weights, with the distribution of the data",
            "ngram evaluate --model model.safetensors --data sample.csv --distribution runs/first"),
        new(
            "one of eight processes, on any machines that see the folder",
            "ngram evaluate --model runs/first runs/second --data june.csv july.csv --shard 1/8 --output shared/june"),
    ];

    private int Run(ParseResult parse)
    {
        RequireInputs(parse);
        string? law = parse.GetValue(distribution) is { } saved ? DistributionPath.Find(distribution, saved) : null;
        using var interruption = new Interruption(streams);
        if (parse.GetValue(shard) is { } part)
            return RunShard(parse, part, law, interruption.Token);
        using var outputs = new OutputSet();
        var folders = EvaluationFolders.Claim(outputs, parse.GetValue(output), parse.GetValue(predictions), Name);
        IReadOnlyList<EvaluatedPair> pairs = [];
        if (folders.PredictionsPlace is { } place)
            place.Write(partial => pairs = Evaluate(parse, law, partial, RunInHeldFolder, interruption.Token));
        else
            pairs = Evaluate(parse, law, null, BatchEvaluation.Run, interruption.Token);
        var metrics = pairs.Select(pair => pair.Metrics).OfType<NextTokenMetrics>().ToList();
        if (metrics.Count == 0)
        {
            interruption.Token.ThrowIfCancellationRequested();
        }
        else
        {
            WriteMetrics(outputs, folders, metrics);
            Print(parse, metrics, folders.Metrics);
        }
        return Ended(pairs, error => folders.PredictionsPlace?.Named(error) ?? error, interruption.Token);
    }

    private static IReadOnlyList<EvaluatedPair> RunInHeldFolder(
        IReadOnlyList<string> paths, IReadOnlyList<EvaluationData> sets, BatchEvaluationOptions options) =>
        BatchEvaluation.Run(paths, sets, options with { SharesPredictions = true });

    private int RunShard(ParseResult parse, string text, string? law, CancellationToken cancellation)
    {
        var part = EvaluationShard.Of(text, parse.GetValue(output), parse.GetPaths(data));
        IReadOnlyList<NextTokenMetrics> metrics = [];
        int missing = 0;
        var own = Evaluate(parse, law, parse.GetValue(predictions), Share, cancellation);
        if (metrics.Count > 0)
            Print(parse, metrics, parse.GetValue(output)!);
        if (missing > 0)
        {
            int all = metrics.Count + missing;
            streams.Error.WriteLine(FormattableString.Invariant($"{missing} of {all} pairs are not there yet."));
        }
        return Ended(own, error => error, cancellation);

        IReadOnlyList<EvaluatedPair> Share(
            IReadOnlyList<string> paths, IReadOnlyList<EvaluationData> sets, BatchEvaluationOptions options)
        {
            (var pairs, metrics, missing) = part.Run(paths, sets, options);
            return pairs;
        }
    }

    /// <summary>Says what failed.</summary>
    private int Ended(IReadOnlyList<EvaluatedPair> pairs, Func<Exception, Exception> named, CancellationToken cancellation)
    {
        int failures = ReportFailures(pairs, named);
        return cancellation.IsCancellationRequested && pairs.Any(pair => pair.Metrics is null) ? ExitCode.Stopped
            : failures > 0 ? ExitCode.Failed
            : ExitCode.Done;
    }

    /// <summary>There are models and data, and the flags agree with each other.</summary>
    private void RequireInputs(ParseResult parse)
    {
        if (parse.GetPaths(models).Length == 0)
        {
            throw new UsageException(
                $"{models.Name} is missing; it is a run folder, a model.zip or a .safetensors file, or several.");
        }

        if (parse.GetPaths(data).Length == 0 && !parse.GetValue(exact))
            throw new UsageException($"{data.Name} is missing; give files, or {exact.Name} for every prompt of a distribution.");
        if (parse.GetValue(promptLimit) is not >= 1)
        {
            throw new UsageException(
                FormattableString.Invariant($"{promptLimit.Name} is {parse.GetValue(promptLimit)}; it must be at least 1."));
        }

        if (parse.Has(tokens) && Array.Find<Option>([windows, header, text], parse.Has) is { } ofRows)
            throw new UsageException($"{ofRows.Name} is for rows of tokens; {tokens.Name} says that the data is running text.");
    }

    private IReadOnlyList<EvaluatedPair> Evaluate(
        ParseResult parse,
        string? law,
        string? predicted,
        Measure measure,
        CancellationToken cancellation)
    {
        string[] names = parse.GetPaths(data);
        var options = new BatchEvaluationOptions
        {
            DistributionFile = law,
            Exact = parse.GetValue(exact),
            PromptLimit = parse.GetValue(promptLimit),
            PredictionsDirectory = predicted,
            TopK = parse.GetCount(top),
            Tokens = parse.GetValue(tokens),
            Windows = parse.GetValue(windows),
            Texts = parse.GetValue(text),
            Header = DataFlags.HeaderOf(parse, header),
            CancellationToken = cancellation,
        };
        string unit = names.Length > 0 ? "rows" : "prompts";
        using var piped = new PipedData(streams);
        return ProgressDisplay.Run(
            streams.ErrorConsole,
            parse.GetValue(quiet),
            progress =>
                measure(
                    parse.GetPaths(models),
                    [.. names.Select(name => piped.Open(name, cancellation))],
                    options with { Progress = progress is null ? null : new EvaluationSteps(progress, unit) }));
    }

    /// <summary>Writes the table of metrics, which comes into place after the predictions.</summary>
    private static void WriteMetrics(OutputSet outputs, EvaluationFolders folders, IReadOnlyList<NextTokenMetrics> metrics)
    {
        folders.MetricsPlace.Write(partial =>
            DataFrame.SaveCsv(
                MetricsTable.Create(metrics),
                Path.Combine(partial, MetricsFile),
                cultureInfo: CultureInfo.InvariantCulture));
        outputs.Commit(last: Path.Combine(folders.Metrics, MetricsFile));
    }

    private void Print(ParseResult parse, IReadOnlyList<NextTokenMetrics> metrics, string folder)
    {
        if (parse.GetValue(json))
            streams.Output.WriteLine(EvaluationTable.Json(metrics).ToJsonString(JsonText.Options));
        else
            EvaluationTable.Write(streams.CreateOutputConsole(), metrics);
        if (parse.GetValue(quiet))
            return;
        streams.Error.WriteLine($"Metrics: {Path.Combine(folder, MetricsFile)}");
        if (parse.GetValue(predictions) is { } predicted)
        {
            streams.Error.WriteLine(
                $"Predictions: {string.Join(", ", metrics.Select(pair => Path.Combine(predicted, pair.Predictions!)))}");
        }
    }

    /// <summary>A line for each pair that failed, other than by being stopped.</summary>
    /// <returns>Their number.</returns>
    private int ReportFailures(IReadOnlyList<EvaluatedPair> pairs, Func<Exception, Exception> named)
    {
        var failed = pairs.Where(pair => pair.Error is not (null or OperationCanceledException)).ToList();
        foreach (var pair in failed)
            ErrorLine.WritePart(streams.Error, this, $"{pair.Model} on {pair.Data}", named(pair.Error!));
        return failed.Count;
    }
}
