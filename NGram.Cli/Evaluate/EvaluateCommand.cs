using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Predict;
using NGram.Cli.Terminal;
using NGram.Data.IO;
using NGram.Data.Text;
using NGram.ML.Evaluation;
using NGram.ML.Evaluation.Batch;

namespace NGram.Cli.Evaluate;

/// <summary>Measures saved models on data, or on every prompt of a law.</summary>
internal sealed class EvaluateCommand : NGramCommand
{
    private const string MetricsFile = "metrics.csv";

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
                "The models: run folders, which bring their distributions, model.zip, or .safetensors files beside their .json.",
                "PATH"));
        data = Add(
            Flag.Paths(
                "--data",
                $"Sequences: CSV, TSV (.tsv), JSON lines (.jsonl) or Parquet (.parquet) files; {PipedData.Name} is CSV on the standard input. The last token of a row is predicted from those before it.",
                "FILE"));
        distribution = Add(
            Flag.Path(
                "--distribution",
                "The distribution of the data: a .safetensors file, or a run folder that holds one. [default: that of a model's run folder]",
                "FILE"));
        exact = Add(Flag.Switch("--exact", "Measure on every prompt of the distribution with its probability; needs no --data."));
        promptLimit = Add(
            Flag.Real(
                "--prompt-limit",
                "The most prompts that --exact goes through; of a distribution with more, measure on what 'ngram sample' draws.",
                new BatchEvaluationOptions().PromptLimit));
        predictions = Add(
            Flag.Path(
                "--predictions",
                "Write what is predicted, with probabilities, a CSV file for each pair: a line for every row of the data, or under --exact for every prompt, with whether it is memorised. A new or empty folder; it may be that of --output.",
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
                "The data has the texts that a distribution of 'ngram corpus' names its tokens by, not their ids."));
        header = Add(DataFlags.CreateHeader());
        output = Add(
            Flag.Path(
                "--output",
                $"The folder for {MetricsFile}, a new or empty one. [default: {RunPath.DefaultParent}/TIME-evaluate]",
                "DIR"));
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
            "a text that was held out, where the model was trained on words",
            "ngram evaluate --model runs/words --data book.txt --tokens word"),
        new(
            "weights of PyTorch, with the law of the data",
            "ngram evaluate --model model.safetensors --data sample.csv --distribution runs/first"),
    ];

    private int Run(ParseResult parse)
    {
        string[] paths = parse.GetPaths(models), names = parse.GetPaths(data);
        if (paths.Length == 0)
        {
            throw new UsageException(
                $"{models.Name} is missing; it is a run folder, a model.zip or a .safetensors file, or several.");
        }

        if (names.Length == 0 && !parse.GetValue(exact))
            throw new UsageException($"{data.Name} is missing; give files, or {exact.Name} for every prompt of a distribution.");
        if (parse.GetValue(top) < 1)
            throw new UsageException(FormattableString.Invariant($"{top.Name} is {parse.GetValue(top)}; it must be at least 1."));
        if (parse.GetValue(promptLimit) is not >= 1)
        {
            throw new UsageException(
                FormattableString.Invariant($"{promptLimit.Name} is {parse.GetValue(promptLimit)}; it must be at least 1."));
        }

        if (parse.Has(tokens) && Array.Find<Option>([windows, header, text], parse.Has) is { } ofRows)
            throw new UsageException($"{ofRows.Name} is for rows of tokens; {tokens.Name} says that the data is running text.");
        string? law = parse.GetValue(distribution) is { } saved ? DistributionPath.Find(distribution, saved) : null;
        var folder = new RunPath(parse.GetValue(output), Name);
        string? predicted = parse.GetValue(predictions) is { } given ? new RunPath(given, Name, predictions.Name).Claim() : null;

        using var interruption = new Interruption(streams);
        using var piped = new PipedData(streams);
        var pairs = ProgressDisplay.Run(
            streams.ErrorConsole,
            parse.GetValue(quiet),
            progress =>
                BatchEvaluation.Run(
                    paths,
                    [.. names.Select(name => piped.Open(name, interruption.Token))],
                    new()
                    {
                        DistributionFile = law,
                        Exact = parse.GetValue(exact),
                        PromptLimit = parse.GetValue(promptLimit),
                        PredictionsDirectory = predicted,
                        TopK = parse.GetValue(top),
                        Tokens = parse.GetValue(tokens),
                        Windows = parse.GetValue(windows),
                        Texts = parse.GetValue(text),
                        Header = DataFlags.HeaderOf(parse, header),
                        Progress = progress is null ? null : new RowSteps(progress, names.Length > 0 ? "rows" : "prompts"),
                        CancellationToken = interruption.Token,
                    }));
        return Report(parse, pairs, folder, predicted, interruption.Token);
    }

    private int Report(
        ParseResult parse,
        IReadOnlyList<EvaluatedPair> pairs,
        RunPath folder,
        string? predicted,
        CancellationToken cancellation)
    {
        var metrics = pairs.Select(pair => pair.Metrics).OfType<NextTokenMetrics>().ToList();
        if (metrics.Count == 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }
        else
        {
            string directory = folder.Claim();
            // The predictions are there already, where they are in that folder too.
            void WriteMetrics(string partial) =>
                DataFrame.SaveCsv(
                    MetricsTable.Create(metrics),
                    Path.Combine(partial, MetricsFile),
                    cultureInfo: CultureInfo.InvariantCulture);
            if (Holds(directory, predicted))
                AtomicFolder.Complete(directory, WriteMetrics, last: MetricsFile);
            else
                AtomicFolder.Write(directory, WriteMetrics);
            if (parse.GetValue(json))
                streams.Output.WriteLine(EvaluationTable.Json(metrics).ToJsonString(TokenJson.Indented));
            else
                EvaluationTable.Write(streams.CreateOutputConsole(), metrics);
            if (!parse.GetValue(quiet))
            {
                streams.Error.WriteLine($"Metrics: {Path.Combine(directory, MetricsFile)}");
                if (predicted is not null)
                {
                    streams.Error.WriteLine(
                        $"Predictions: {string.Join(", ", metrics.Select(pair => Path.Combine(predicted, pair.Predictions!)))}");
                }
            }
        }
        var failed = pairs.Where(pair => pair.Error is not (null or OperationCanceledException)).ToList();
        foreach (var pair in failed)
            ErrorLine.WritePart(streams.Error, this, $"{pair.Model} on {pair.Data}", pair.Error!);
        return cancellation.IsCancellationRequested && metrics.Count < pairs.Count ? ExitCode.Stopped
            : failed.Count > 0 ? ExitCode.Failed
            : ExitCode.Done;
    }

    private static bool Holds(string directory, string? inner) =>
        inner is not null
        && Path.GetRelativePath(directory, inner) is var way
        && way != ".."
        && !way.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        && !Path.IsPathRooted(way);

    /// <summary>The rows or prompts so far, in words.</summary>
    private sealed class RowSteps(IProgress<ProgressStep> display, string unit) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) =>
            display.Report(
                new(
                    "evaluating",
                    (double)value.Pairs / value.AllPairs,
                    FormattableString.Invariant(
                        $"{value.Pairs}/{value.AllPairs} pairs, {value.Rows} {unit}, {value.Rows / Math.Max(1e-3, value.Elapsed.TotalSeconds):0} {unit}/s"
                    ),
                    value.Elapsed,
                    null));
    }
}
