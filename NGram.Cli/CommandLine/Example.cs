namespace NGram.Cli.CommandLine;

/// <summary>A command line to copy.</summary>
/// <param name="Purpose">What it is for.</param>
/// <param name="CommandLine">From <c>ngram</c> on.</param>
internal sealed record Example(string Purpose, string CommandLine);
