using System.CommandLine;
using System.CommandLine.Invocation;

namespace NGram.Cli.Terminal;

/// <summary>What --version prints.</summary>
internal sealed class VersionPage(string version) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(version);
        return ExitCode.Done;
    }
}
