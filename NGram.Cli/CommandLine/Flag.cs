using System.CommandLine;
using System.Globalization;
using System.Numerics;
using NGram.Cli.Terminal;

namespace NGram.Cli.CommandLine;

/// <summary>Makes options whose parse errors are one sentence: the flag, what was given, what is allowed.</summary>
internal static class Flag
{
    private const string WholeNumber = "a whole number below 2147483648";
    private const string Number = "a number such as 0.001";

    /// <summary>A flag with a whole number.</summary>
    public static Option<int> Integer(string name, string description, int @default) =>
        Default(Valued<int>(name, description, "N", TryParse, WholeNumber), @default);

    /// <summary>A flag with a whole number, null when it is not given.</summary>
    public static Option<int?> OptionalInteger(string name, string description) =>
        Valued<int?>(name, description, "N", TryParse, WholeNumber);

    /// <summary>A flag with a whole number, null (the default) for a word.</summary>
    public static Option<int?> IntegerOr(string word, string name, string description)
    {
        bool Find(string text, out int? value)
        {
            value = null;
            return text == word || TryParse(text, out value);
        }
        return Default(Valued<int?>(name, description, $"{word}|N", Find, $"{word} or {WholeNumber}"), null, word);
    }

    /// <summary>A flag with a real number.</summary>
    public static Option<double> Real(string name, string description, double @default) =>
        Default(Valued<double>(name, description, "X", TryParse, Number), @default);

    /// <summary>A flag with a real number, null when it is not given.</summary>
    public static Option<double?> OptionalReal(string name, string description) =>
        Valued<double?>(name, description, "X", TryParse, Number);

    /// <summary>A flag with numbers separated by commas.</summary>
    public static Option<T[]> List<T>(string name, string description, string helpName)
        where T : struct, INumber<T> =>
        Valued<T[]>(
            name,
            description,
            helpName,
            TryParseList,
            typeof(T) == typeof(int) ? "whole numbers separated by commas" : "numbers separated by commas");

    /// <summary>A flag with a path, null when it is not given.</summary>
    public static Option<string?> Path(string name, string description, string helpName) =>
        Valued(name, description, helpName, (string text, out string? value) => (value = text).Length > 0, "a path");

    /// <summary>A flag with one path or more, which may be repeated; empty when it is not given.</summary>
    public static Option<string[]> Paths(string name, string description, string helpName) =>
        new(name)
        {
            Description = description,
            HelpName = $"{helpName}...",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };

    /// <summary>The paths of a flag.</summary>
    /// <exception cref="UsageException">
    /// One is empty, or is a misspelt flag that a flag with several values takes for one of them.
    /// </exception>
    public static string[] GetPaths(this ParseResult parse, Option<string[]> option)
    {
        string[] paths = parse.GetValue(option) ?? [];
        if (Array.IndexOf(paths, "") >= 0)
            throw new UsageException($"{option.Name} is ''; it must be a path.");
        if (Array.Find(paths, path => path.StartsWith("--", StringComparison.Ordinal)) is { } flag)
            throw new UsageException($"{flag} is not a flag of this command; see its --help.");
        return paths;
    }

    /// <summary>A flag without a value.</summary>
    public static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A flag with one of a few words.</summary>
    public static Option<T> Choice<T>(string name, string description, T @default, params (string Word, T Value)[] choices)
        where T : notnull =>
        Default(Words(name, description, choices), @default, Array.Find(choices, choice => choice.Value.Equals(@default)).Word);

    /// <summary>A flag with one of a few words, null when it is not given.</summary>
    public static Option<T?> OptionalChoice<T>(string name, string description, params (string Word, T? Value)[] choices)
        where T : struct => Words(name, description, choices);

    /// <summary>A flag with several of a few words, separated by commas; empty when it is not given.</summary>
    public static Option<T[]> Choices<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        string[] words = [.. choices.Select(choice => choice.Word)];
        bool Find(string text, out T[] values)
        {
            int[] found = [.. text.Split(',').Select(word => Array.IndexOf(words, word))];
            bool all = Array.TrueForAll(found, i => i >= 0);
            values = all ? [.. found.Select(i => choices[i].Value)] : [];
            return all;
        }
        string allowed = $"{string.Join(", ", words)}, or several of them separated by commas";
        return Valued<T[]>(name, description, string.Join('|', words) + ",...", Find, allowed);
    }

    private static Option<T> Words<T>(string name, string description, (string Word, T Value)[] choices)
    {
        string words = string.Join("|", choices.Select(choice => choice.Word));
        bool Find(string text, out T value)
        {
            int found = Array.FindIndex(choices, choice => choice.Word == text);
            value = found < 0 ? default! : choices[found].Value;
            return found >= 0;
        }
        var option = Valued<T>(name, description, words, Find, "one of " + words.Replace("|", ", ", StringComparison.Ordinal));
        option.CompletionSources.Add([.. choices.Select(choice => choice.Word)]);
        return option;
    }

    /// <summary>The number of a flag that counts something.</summary>
    /// <exception cref="UsageException">It is less than 1.</exception>
    public static int GetCount(this ParseResult parse, Option<int> option) =>
        parse.GetValue(option) is >= 1 and var count
            ? count
            : throw new UsageException(
                FormattableString.Invariant($"{option.Name} is {parse.GetValue(option)}; it must be at least 1."));

    /// <summary>Whether the flag is on the command line, rather than at its default.</summary>
    public static bool Has(this ParseResult parse, Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>The numbers of a flag, null when it is not given (the parser would say an empty array).</summary>
    public static T[]? GetList<T>(this ParseResult parse, Option<T[]> option) =>
        parse.Has(option) ? parse.GetValue(option) : null;

    private delegate bool TryParser<T>(string text, out T value);

    private static Option<T> Valued<T>(string name, string description, string helpName, TryParser<T> tryParse, string allowed) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
                if (tryParse(text, out var value))
                    return value;
                result.AddError($"{name} is '{text}'; it must be {allowed}.");
                return default!;
            },
        };

    private static Option<T> Default<T>(Option<T> option, T value, string? text = null)
    {
        option.DefaultValueFactory = _ => value;
        option.Description += string.Create(CultureInfo.InvariantCulture, $" [default: {text ?? $"{value}"}]");
        return option;
    }

    private static bool TryParse(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryParse(string text, out int? value)
    {
        bool parsed = TryParse(text, out int number);
        value = parsed ? number : null;
        return parsed;
    }

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static bool TryParse(string text, out double? value)
    {
        bool parsed = TryParse(text, out double number);
        value = parsed ? number : null;
        return parsed;
    }

    private static bool TryParseList<T>(string text, out T[] value)
        where T : struct, INumber<T>
    {
        string[] words = text.Split(',');
        value = new T[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!T.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out value[i]))
                return false;
        }
        return true;
    }
}
