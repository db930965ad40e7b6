using System.Text;
using NGram.Cli;
using NGram.Cli.Terminal;

namespace NGram.Tests.Cli;

/// <summary>A command line run within the test's process.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static CliRun Of(params string[] arguments) => OfPipe("", arguments);

    /// <summary>With something piped in.</summary>
    public static CliRun OfPipe(string input, params string[] arguments)
    {
        using var reader = new MemoryStream(Encoding.UTF8.GetBytes(input));
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var streams = new StandardStreams(output, error, reader);
        int code = Application.Run(arguments, streams);
        return new(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Arguments separated by single spaces.</summary>
    public static CliRun OfLine(string line) => Of(line.Split(' '));
}
