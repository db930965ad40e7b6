using System.CommandLine;
using System.CommandLine.Parsing;

namespace NGram.Cli.CommandLine;

/// <summary>One sentence about what is wrong with a command line.</summary>
internal static class ParseProblem
{
    /// <summary>The first error of <paramref name="parse"/>, with the nearest flag where one is misspelt.</summary>
    public static string Describe(ParseResult parse)
    {
        if (parse.UnmatchedTokens is not [var token, ..])
            return Missing(parse) ?? WithoutValue(parse) ?? parse.Errors[0].Message;
        var command = parse.CommandResult.Command;
        bool isFlag = token.StartsWith('-') || command.Subcommands.Count == 0;
        var (kind, names) = isFlag
            ? ("flag", command.Options.Select(option => option.Name))
            : ("command", command.Subcommands.Select(subcommand => subcommand.Name));
        string name = CommandPath.Of(command);
        string? nearest = names
            .Where(known => Distance(token, known) <= Math.Max(2, known.Length / 4))
            .MinBy(known => Distance(token, known));
        return nearest is null
            ? $"'{token}' is not a {kind} of {name}; '{name} --help' lists them."
            : $"'{token}' is not a {kind} of {name}; did you mean {nearest}?";
    }

    /// <summary>Whether this is a flag with an equals sign and no value, for which the parser would take the next flag.</summary>
    public static bool LacksValue(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal)
        && argument.IndexOf('=', StringComparison.Ordinal) == argument.Length - 1;

    /// <summary>The argument that is missing; null where another thing is wrong.</summary>
    private static string? Missing(ParseResult parse)
    {
        var argument = parse.CommandResult.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parse.GetResult(argument) is not { Tokens.Count: > 0 });
        string name = CommandPath.Of(parse.CommandResult.Command);
        return argument is null ? null : $"{argument.Name} is missing; '{name} --help' says what it is.";
    }

    /// <summary>The first flag that ends the line or precedes another flag, and needs a value; null where none does.</summary>
    private static string? WithoutValue(ParseResult parse)
    {
        var flag = parse.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(result =>
            result is { Implicit: false, Tokens.Count: 0, Option.Arity.MinimumNumberOfValues: > 0 });
        string name = CommandPath.Of(parse.CommandResult.Command);
        return flag is null ? null : $"{flag.Option.Name} has no value behind it; '{name} --help' says which it may have.";
    }

    /// <summary>Levenshtein's: the fewest characters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        int[] distances = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = distances[0]++;
            for (int j = 0; j < b.Length; j++)
            {
                int substituted = diagonal + (a[i] == b[j] ? 0 : 1);
                diagonal = distances[j + 1];
                distances[j + 1] = Math.Min(substituted, Math.Min(diagonal, distances[j]) + 1);
            }
        }
        return distances[^1];
    }
}
