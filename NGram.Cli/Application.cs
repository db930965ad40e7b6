using System.CommandLine;
using NGram.Cli.Bench;
using NGram.Cli.Bounds;
using NGram.Cli.CommandLine;
using NGram.Cli.Construct;
using NGram.Cli.Corpora;
using NGram.Cli.Doctor;
using NGram.Cli.Evaluate;
using NGram.Cli.Export;
using NGram.Cli.Inspect;
using NGram.Cli.Predict;
using NGram.Cli.Sample;
using NGram.Cli.Sweeping;
using NGram.Cli.Terminal;
using NGram.Cli.Train;

namespace NGram.Cli;

/// <summary>The command line: parses, runs a command, and turns every error into one line and an exit code.</summary>
internal static class Application
{
    private const string Description = """
        How much can an attention-only transformer remember? NGram trains transformers on n-gram distributions whose law is known
        exactly, and compares their divergence and accuracy with what theory allows.
        """;

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, StandardStreams streams)
    {
        int code = RunCommand(arguments, streams);
        return code == ExitCode.Stopped ? streams.StopCode : code;
    }

    private static int RunCommand(string[] arguments, StandardStreams streams)
    {
        var root = CreateRoot(streams);
        var parse = root.Parse(
            arguments,
            new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        try
        {
            if (Array.Find(arguments, ParseProblem.LacksValue) is { } flag)
                throw new UsageException($"{flag} has no value behind it.");
            if (parse.Errors.Count > 0 && parse.Action is not HelpPage)
                throw new UsageException(ParseProblem.Describe(parse));
            return parse.Invoke(new InvocationConfiguration
            {
                Output = streams.Output,
                Error = streams.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (NoReaderException)
        {
            return ExitCode.Done;
        }
        catch (Exception exception)
        {
            return ErrorLine.Write(streams.Error, parse.CommandResult.Command, exception);
        }
    }

    private static RootCommand CreateRoot(StandardStreams streams)
    {
        var root = new RootCommand(Description.ReplaceLineEndings(" "))
        {
            new TrainCommand(streams),
            new ConstructCommand(streams),
            new BoundsCommand(streams),
            new SampleCommand(streams),
            new CorpusCommand(streams),
            new PredictCommand(streams),
            new GenerateCommand(streams),
            new EvaluateCommand(streams),
            new InspectCommand(streams),
            new ExportCommand(streams),
            new SweepCommand(streams),
            new BenchCommand(streams),
            new DoctorCommand(streams),
        };
        root.SetAction(int (ParseResult _) => throw new UsageException("a command is missing; 'ngram --help' lists them."));
        foreach (var option in root.Options)
        {
            if (option is VersionOption)
                option.Action = new VersionPage(ProductVersion.Text);
            else if (option is System.CommandLine.Help.HelpOption)
                option.Action = new HelpPage();
        }
        return root;
    }
}
