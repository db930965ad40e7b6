using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using NGram.Cli.Terminal;
using NGram.ML.Native;

namespace NGram.Cli.CommandLine;

/// <summary>An exception as one line and an exit code.</summary>
internal static partial class ErrorLine
{
    /// <summary>The environment variable that adds the stack trace.</summary>
    public const string TraceVariable = "NGRAM_TRACE";

    private const int LongestLine = 1000;

    /// <summary>Writes the line and returns the exit code.</summary>
    public static int Write(TextWriter error, Command command, Exception exception)
    {
        var (code, message) = Describe(Unwrap(exception), command);
        error.WriteLine($"{(command is RootCommand ? "ngram" : $"ngram {command.Name}")}: {OneLine(message)}");
        if (code == ExitCode.Failed && HasTrace)
            error.WriteLine(exception);
        return code;
    }

    /// <summary>Writes the line of something that failed while the rest of a command's work went on.</summary>
    /// <param name="error">Where to.</param>
    /// <param name="command">The command.</param>
    /// <param name="subject">What failed.</param>
    /// <param name="exception">Why.</param>
    public static void WritePart(TextWriter error, Command command, string subject, Exception exception)
    {
        error.WriteLine($"ngram {command.Name}: {subject}: {OneLine(Describe(Unwrap(exception), command).Message)}");
        if (HasTrace)
            error.WriteLine(exception);
    }

    private static bool HasTrace => Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } and not "0";

    private static (int Code, string Message) Describe(Exception exception, Command command) =>
        exception switch
        {
            UsageException => (ExitCode.Usage, exception.Message),
            OperationCanceledException => (ExitCode.Stopped, "stopped before there was anything to keep."),
            ArgumentException argument and not ArgumentNullException => DescribeArgument(argument, command),
            OutOfMemoryException => (ExitCode.Failed, "there is not enough memory for these sizes."),
            IOException or InvalidDataException or UnauthorizedAccessException or TorchLibraryException => (
                ExitCode.Failed,
                exception.Message),
            _ => (
                ExitCode.Failed,
                $"{exception.Message} ({exception.GetType().Name}: this is a bug; {TraceVariable}=1 shows where.)"),
        };

    /// <summary>Wrong flags where a flag can be named; otherwise a limit of this machine.</summary>
    private static (int Code, string Message) DescribeArgument(ArgumentException exception, Command command)
    {
        string message = new FlagNames(command.Options).Translate(exception);
        return (message.Contains("--", StringComparison.Ordinal) ? ExitCode.Usage : ExitCode.Failed, message);
    }

    private static Exception Unwrap(Exception exception) =>
        exception is AggregateException or TargetInvocationException or TypeInitializationException
        && exception.InnerException is { } inner
            ? Unwrap(inner)
            : exception;

    /// <summary>
    /// Without line breaks, what .NET appends to messages about parameters, and control characters (a file of a stranger's could
    /// rewrite the terminal), and not longer than a person reads.
    /// </summary>
    private static string OneLine(string message)
    {
        string line = string.Join(
            ' ',
            ParameterName()
                .Replace(message, "")
                .Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = string.Concat(line.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        return line.Length <= LongestLine
            ? line
            : $"{line.AsSpan(0, LongestLine / 2)} ... {line.AsSpan(line.Length - LongestLine / 2)}";
    }

    [GeneratedRegex(@" \(Parameter '\w+'\)")]
    private static partial Regex ParameterName();
}
