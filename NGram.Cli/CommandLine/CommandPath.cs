using System.CommandLine;

namespace NGram.Cli.CommandLine;

/// <summary>A command as people type it: ngram sweep run.</summary>
internal static class CommandPath
{
    /// <summary>The words, from ngram on.</summary>
    public static string Of(Command command) =>
        command is RootCommand ? "ngram"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Of(parent)} {command.Name}"
        : $"ngram {command.Name}";
}
