using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>Where results and diagnostics go, and whether a person is watching: the process's streams, or a test's.</summary>
internal sealed class StandardStreams : IDisposable
{
    private const int StandardOutputDescriptor = 1, BrokenPipe = 32; // EPIPE

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);
    private readonly Lazy<IAnsiConsole> errorConsole;

    /// <summary>Streams that are not a terminal.</summary>
    /// <param name="output">Receives the results.</param>
    /// <param name="error">Receives progress and diagnostics.</param>
    /// <param name="input">What is piped in; null: nothing.</param>
    public StandardStreams(Stream output, TextWriter error, Stream? input = null)
        : this(output, error, input ?? Stream.Null, outputIsTerminal: false, errorIsTerminal: false)
    {
    }

    private StandardStreams(Stream output, TextWriter error, Stream? input, bool outputIsTerminal, bool errorIsTerminal)
    {
        InputStream = input;
        Input = input is null ? null : new StreamReader(input, Encoding);
        OutputStream = output;
        Output = new StreamWriter(output, Encoding, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        Error = error;
        OutputIsTerminal = outputIsTerminal;
        errorConsole = new(() => CreateConsole(error, errorIsTerminal));
    }

    /// <summary>What is piped in; null if standard input is a terminal.</summary>
    public TextReader? Input { get; }

    /// <summary>The same as bytes; read only one of the two.</summary>
    public Stream? InputStream { get; }

    /// <summary>Results as bytes; <see cref="Output"/> never needs flushing first.</summary>
    public Stream OutputStream { get; }

    /// <summary>Results as text.</summary>
    public TextWriter Output { get; }

    /// <summary>Whether results are shown on a terminal.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Progress and diagnostics as text.</summary>
    public TextWriter Error { get; }

    /// <summary>The exit code of a process that was stopped, by the signal that stopped it.</summary>
    public int StopCode { get; set; } = ExitCode.Stopped;

    /// <summary>A console for progress and diagnostics, created on first use.</summary>
    public IAnsiConsole ErrorConsole => errorConsole.Value;

    /// <summary>
    /// The streams of this process. Results that cannot be written are an error; diagnostics that cannot be written are dropped.
    /// </summary>
    public static StandardStreams OfProcess()
    {
        Console.SetError(
            new StreamWriter(new GuardedStream(Console.OpenStandardError(), _ => { }), Encoding) { AutoFlush = true });
        return new(
            new GuardedStream(OpenOutput(), FailOutput),
            Console.Error,
            Console.IsInputRedirected ? Console.OpenStandardInput() : null,
            !Console.IsOutputRedirected,
            !Console.IsErrorRedirected);
    }

    /// <summary>A console for tables among the results.</summary>
    public IAnsiConsole CreateOutputConsole() => CreateConsole(Output, OutputIsTerminal);

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        OutputStream.Dispose();
    }

    /// <summary>
    /// .NET's own stream reports nothing when the reader of a pipe has gone, and a long job would go on writing.
    /// </summary>
    private static Stream OpenOutput()
    {
        var console = Console.OpenStandardOutput();
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return console;
        try
        {
            var direct = new FileStream(
                new SafeFileHandle(StandardOutputDescriptor, ownsHandle: false),
                FileAccess.Write,
                bufferSize: 0);
            // Where it can seek, a FileStream would not advance the position at which the next process writes.
            return direct.CanSeek ? console : direct;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return console;
        }
    }

    private static void FailOutput(Exception exception) => throw (exception.HResult == BrokenPipe
        ? new NoReaderException(exception)
        : new IOException($"the results cannot be written to the standard output: {exception.Message}", exception));

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        // Without a terminal nothing is wrapped or cut.
        if (!isTerminal)
            console.Profile.Width = 1000;
        return console;
    }
}
