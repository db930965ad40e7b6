using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Flags;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.Corpora;
using NGram.Data.Files;
using NGram.Data.IO;

namespace NGram.Cli.Corpora;

/// <summary>Makes an n-gram distribution from text files, and measures both.</summary>
internal sealed class CorpusCommand : NGramCommand
{
    private readonly StandardStreams streams;
    private readonly Argument<string[]> files;
    private readonly CorpusFlags corpus;
    private readonly Option<double> epsilon;
    private readonly Option<string?> output;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;

    public CorpusCommand(StandardStreams streams)
        : base(
            "corpus",
            "Make an n-gram distribution from text files (UTF-8) for 'ngram train --distribution', "
            + "and report its entropy and contexts.")
    {
        this.streams = streams;
        files = new("FILES") { Arity = ArgumentArity.OneOrMore, HelpName = "FILES...", Description = "The text files, UTF-8." };
        Arguments.Add(files);
        corpus = Add(new CorpusFlags());
        epsilon = Add(
            Flag.Real(
                "--epsilon",
                "T_eps is the fewest contexts that hold all but this share of the probability, within 1e-12 for rounding; from 0 "
                + "(all contexts) to 1.",
                0.1));
        output = Add(
            Flag.Path(
                "--output",
                "The new .safetensors file to write the distribution to. [default: none, only the report]",
                "FILE"));
        json = Add(Flag.Switch("--json", "Print the report as JSON."));
        quiet = Add(Flag.Switch("--quiet", "Show no progress."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(
            "a text that every Debian system has, as word trigrams",
            "ngram corpus /usr/share/common-licenses/GPL-3 --output gpl.safetensors"),
        new("characters, a context of four", "ngram corpus book.txt --tokens character --order 5 --output book.safetensors"),
        new(
            "only the figures, for bytes with add-one smoothing",
            "ngram corpus *.bin --tokens byte --order 2 --smoothing add-k --pseudocount 1 --json"),
    ];

    private int Run(ParseResult parse)
    {
        var (options, order, smoothing) = corpus.Bind(parse);
        string[] paths = parse.GetValue(files)!;
        string? file = parse.GetValue(output);
        double left = parse.GetValue(epsilon);
        if (!(left is >= 0 and <= 1))
            throw new UsageException(FormattableString.Invariant($"{epsilon.Name} is {left}; it must be from 0 to 1."));
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var place = file is null ? null : NewPath.ClaimFile(outputs, output.Name, file);
        if (Array.Find(paths, path => !File.Exists(path)) is { } missing)
            throw new UsageException($"FILES names {missing}; there is no such file.");

        var report = ProgressDisplay.Run(
            streams.ErrorConsole,
            parse.GetValue(quiet),
            progress =>
            {
                var text = Corpus.Read(
                    paths,
                    options,
                    progress is null ? null : new ReadingSteps(progress, paths),
                    interruption.Token);
                progress?.Report(new("counting"));
                var distribution = text.CreateDistribution(order, smoothing);
                interruption.Token.ThrowIfCancellationRequested();
                progress?.Report(new("measuring"));
                var figures = CorpusReport.Of(text, distribution, left);
                place?.Write(path => distribution.Save(path));
                return figures;
            });
        outputs.Commit();
        if (parse.GetValue(json))
            streams.Output.WriteLine(JsonText.Of(report));
        else
            CorpusTable.Write(streams.CreateOutputConsole(), report);
        if (file is not null && !parse.GetValue(quiet))
            streams.Error.WriteLine($"Distribution: {file}");
        return ExitCode.Done;
    }

    /// <summary>Says how many bytes have been read.</summary>
    private sealed class ReadingSteps(IProgress<ProgressStep> display, IEnumerable<string> paths) : IProgress<long>
    {
        private readonly long length = Math.Max(1, paths.Sum(path => new FileInfo(path).Length));
        private readonly System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        public void Report(long value)
        {
            double fraction = Math.Min(1, (double)value / length);
            display.Report(new("reading", fraction, FormattableString.Invariant($"{value / 1e6:0.0}/{length / 1e6:0.0} MB"),
                watch.Elapsed, RemainingTime.Of(watch.Elapsed, fraction, 1)));
        }
    }
}
