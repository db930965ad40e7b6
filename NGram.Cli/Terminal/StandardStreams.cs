using System.Text;
using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>Where results and diagnostics go, and whether a person watches: the process's streams, or a test's.</summary>
internal sealed class StandardStreams : IDisposable
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);
    private readonly Lazy<IAnsiConsole> errorConsole;

    /// <summary>Streams that are no terminal.</summary>
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

    /// <summary>What is piped in; null where that is a terminal.</summary>
    public TextReader? Input { get; }

    /// <summary>The same as bytes; one of the two is read.</summary>
    public Stream? InputStream { get; }

    /// <summary>Results as bytes; flush <see cref="Output"/> never needs to come first.</summary>
    public Stream OutputStream { get; }

    /// <summary>Results as text.</summary>
    public TextWriter Output { get; }

    /// <summary>Whether results are shown on a terminal.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Progress and diagnostics as text.</summary>
    public TextWriter Error { get; }

    /// <summary>Progress and diagnostics; made at its first use.</summary>
    public IAnsiConsole ErrorConsole => errorConsole.Value;

    /// <summary>Those of this process.</summary>
    public static StandardStreams OfProcess() =>
        new(Console.OpenStandardOutput(), Console.Error, Console.IsInputRedirected ? Console.OpenStandardInput() : null, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>A console for tables on the results' stream.</summary>
    public IAnsiConsole CreateOutputConsole() => CreateConsole(Output, OutputIsTerminal);

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        OutputStream.Dispose();
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        // Elsewhere than on a terminal nothing is wrapped or cut.
        if (!isTerminal)
            console.Profile.Width = 1000;
        return console;
    }
}
