using System.CommandLine;
using System.Reflection;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.ML.Native;

namespace NGram.Cli.CommandLine;

/// <summary>An exception as one line and an exit code.</summary>
internal static class ErrorLine
{
    /// <summary>The environment variable that adds the stack trace.</summary>
    public const string TraceVariable = "NGRAM_TRACE";

    private const int LongestLine = 1000;

    /// <summary>Writes the line and returns the exit code.</summary>
    public static int Write(TextWriter error, Command command, Exception exception)
    {
        var (code, message) = Describe(Unwrap(exception), command);
        error.WriteLine($"{CommandPath.Of(command)}: {OneLine(message)}");
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
        error.WriteLine($"{CommandPath.Of(command)}: {subject}: {OneLine(Describe(Unwrap(exception), command).Message)}");
        if (HasTrace)
            error.WriteLine(exception);
    }

    private static bool HasTrace => Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } and not "0";

    private static (int Code, string Message) Describe(Exception exception, Command command) =>
        exception switch
        {
            UsageException => (ExitCode.Usage, exception.Message),
            OperationCanceledException => (ExitCode.Stopped, "stopped before there was anything to keep."),
            OptionException option => (
                new FlagNames(command.Options).TryDescribe(option, out string message) ? ExitCode.Usage : ExitCode.Failed,
                message),
            ArgumentException argument and not ArgumentNullException => (ExitCode.Failed, WithoutParameter(argument)),
            IOException or InvalidDataException or UnauthorizedAccessException => (ExitCode.Failed, exception.Message),
            _ when MemoryBudget.RanOut(exception) => (ExitCode.Failed, "there is not enough memory for these sizes."),
            TorchLibraryException => (ExitCode.Failed, exception.Message),
            _ => (
                ExitCode.Failed,
                $"{exception.Message} ({exception.GetType().Name}: this is a bug; {TraceVariable}=1 shows where.)"),
        };

    /// <summary>The message without the parameter's name that .NET appends.</summary>
    private static string WithoutParameter(ArgumentException exception)
    {
        int end = exception.Message.IndexOf($" (Parameter '{exception.ParamName}')", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private static Exception Unwrap(Exception exception) =>
        exception is AggregateException or TargetInvocationException or TypeInitializationException
        && exception.InnerException is { } inner
            ? Unwrap(inner)
            : exception;

    /// <summary>
    /// Without line breaks and control characters (a stranger's file could rewrite the terminal), and no longer than a person
    /// reads.
    /// </summary>
    private static string OneLine(string message)
    {
        string line = string.Join(
            ' ',
            message.Split(
                (char[])['\r', '\n', '\t'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = string.Concat(line.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        return line.Length <= LongestLine
            ? line
            : $"{line.AsSpan(0, LongestLine / 2)} ... {line.AsSpan(line.Length - LongestLine / 2)}";
    }
}
