using System.CommandLine;
using System.CommandLine.Invocation;
using NGram.Cli.Terminal;

namespace NGram.Cli.CommandLine;

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
