using System.CommandLine;
using System.CommandLine.Invocation;
using NGram.Cli.Terminal;

namespace NGram.Cli.CommandLine;

/// <summary>What --help prints: the flags in sections, with their defaults, and examples.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const int Width = 110;
    private const int Indent = 2;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    private static void Write(Command command, TextWriter output)
    {
        var own = command as NGramCommand;
        WriteWrapped(output, command.Description ?? "", 0, 0);
        WriteHeading(output, "Usage");
        bool isGroup = command.Subcommands.Count > 0;
        string[] words = isGroup
            ? ["COMMAND"]
            : [.. command.Arguments.Select(argument => argument.HelpName ?? argument.Name)];
        output.WriteLine($"  {string.Join(' ', words.Prepend(CommandPath.Of(command)))} [FLAGS]");
        if (isGroup)
        {
            WriteRows(
                output,
                "Commands",
                command.Subcommands.Select(subcommand => (subcommand.Name, subcommand.Description ?? "")));
        }

        if (command.Arguments.Count > 0)
        {
            WriteRows(
                output,
                "Arguments",
                command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? "")));
        }

        foreach (var group in own?.Groups ?? [])
            WriteRows(output, group.Title, group.Options.Select(Row));
        var grouped = own?.Groups.SelectMany(group => group.Options).ToHashSet() ?? [];
        var general = command.Options.Concat(
            command is RootCommand
                ? []
                : Ancestors(command).SelectMany(parent => parent.Options).Where(option => option.Recursive));
        string rest = own is { Groups.Count: > 0 } ? "Output" : "Flags";
        WriteRows(output, rest, general.Where(option => !grouped.Contains(option)).Select(Row));
        WriteHeading(output, "Examples");
        foreach (
            var example in own?.Examples
                ?? command.Subcommands.OfType<NGramCommand>().SelectMany(subcommand => subcommand.Examples.Take(1)))
        {
            output.WriteLine($"  # {example.Purpose}");
            output.WriteLine($"  {example.CommandLine}");
        }
    }

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Ancestors(parent).Prepend(parent));

    private static (string, string) Row(Option option) => (
        option.Arity.MaximumNumberOfValues == 0 ? option.Name : $"{option.Name} {option.HelpName}", option.Description ?? "");

    private static void WriteHeading(TextWriter output, string heading)
    {
        output.WriteLine();
        output.WriteLine($"{heading}:");
    }

    private static void WriteRows(TextWriter output, string heading, IEnumerable<(string First, string Second)> rows)
    {
        WriteHeading(output, heading);
        var all = rows.ToList();
        int column = Indent + Math.Min(34, all.Max(row => row.First.Length)) + 2;
        foreach (var (first, second) in all)
        {
            string start = new string(' ', Indent) + first;
            output.Write(start);
            if (start.Length > column - 2)
                output.WriteLine();
            WriteWrapped(output, second, column, start.Length > column - 2 ? 0 : start.Length);
        }
    }

    /// <summary>Writes words from <paramref name="column"/> on; the cursor is at <paramref name="position"/>.</summary>
    private static void WriteWrapped(TextWriter output, string text, int column, int position)
    {
        bool first = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!first && position + 1 + word.Length > Width)
            {
                output.WriteLine();
                (first, position) = (true, 0);
            }
            int gap = first ? Math.Max(0, column - position) : 1;
            output.Write(new string(' ', gap) + word);
            position += gap + word.Length;
            first = false;
        }
        output.WriteLine();
    }
}
