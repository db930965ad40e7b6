namespace NGram.Cli.Terminal;

/// <summary>A command line that makes no sense: the message names the flag and what is allowed. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
