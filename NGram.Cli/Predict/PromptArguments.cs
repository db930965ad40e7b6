using System.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Keys;
using NGram.ML.Estimators;

namespace NGram.Cli.Predict;

/// <summary>
/// Prompts as people write them: arguments, or piped lines. Tokens are separated by commas or white space, texts only by white
/// space, and characters by nothing.
/// </summary>
internal static class PromptArguments
{
    private static readonly char[] Separators = [',', ' ', '\t'], TextSeparators = [' ', '\t'];

    /// <summary>The argument.</summary>
    public static Argument<string[]> Argument(string name) => new(name)
    {
        HelpName = $"{name}...",
        Description = "Tokens separated by commas, the nearest last; or one such line each on the standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Every prompt as token ids of the model, in order.</summary>
    /// <exception cref="UsageException">There are none, one is too short, or a token is not one of the model's.</exception>
    public static IReadOnlyList<ushort[]> Read(
        string[] arguments,
        StandardStreams streams,
        NextTokenTransformer model,
        bool areTexts)
    {
        string[] texts = arguments.Length > 0 ? arguments : Lines(streams.Input).ToArray();
        if (texts.Length == 0)
            throw new UsageException("there is no context; give one as an argument, such as 3,17, or pipe lines of them.");
        var tokens = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (int token = 0; token < model.Vocabulary.Values.Count; token++)
            tokens.TryAdd(KeyColumn.TextOf(model.Vocabulary.Values[token]), (ushort)token);
        string separator = Separator(model.Vocabulary, areTexts);
        string[] Split(string text) => separator.Length == 0
            ? [.. text.EnumerateRunes().Select(rune => rune.ToString())]
            : text.Split(areTexts ? TextSeparators : Separators, StringSplitOptions.RemoveEmptyEntries);
        return [.. texts.Select(text => Parse(Split(text), text, tokens, model.Architecture.FirstScored + 1))];
    }

    /// <summary>What stands between tokens: nothing between the characters of a text, the space among them.</summary>
    public static string Separator(Vocabulary vocabulary, bool areTexts)
    {
        if (!areTexts)
            return ",";
        var texts = vocabulary.Values.Select(KeyColumn.TextOf).ToHashSet(StringComparer.Ordinal);
        return texts.Contains(" ") && texts.All(text => text == Vocabulary.UnknownText || text.EnumerateRunes().Count() == 1)
            ? ""
            : " ";
    }

    private static IEnumerable<string> Lines(TextReader? input)
    {
        while (input?.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return line;
        }
    }

    private static ushort[] Parse(string[] words, string text, Dictionary<string, ushort> tokens, int shortest)
    {
        if (words.Length < shortest)
        {
            throw new UsageException(
                FormattableString.Invariant(
                    $"the context '{text}' has {words.Length} tokens; the model needs at least {shortest}."));
        }

        return
        [
            .. words.Select(word =>
                tokens.TryGetValue(word, out ushort token) || tokens.TryGetValue(Vocabulary.UnknownText, out token)
                    ? token
                    : throw new UsageException(
                        $"the context '{text}' has the token '{word}', which is not one of the model's {tokens.Count}.")),
        ];
    }
}
