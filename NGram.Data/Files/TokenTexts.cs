using System.Globalization;
using NGram.Data.Corpora;

namespace NGram.Data.Files;

/// <summary>From what a file has to a token.</summary>
internal sealed class TokenTexts
{
    private const int LongestQuote = 40;

    private readonly int size;
    private readonly Dictionary<string, ushort>? tokens;
    private readonly Dictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int unknown = -1;

    public TokenTexts(SequenceFileOptions options)
    {
        size = options.VocabularySize;
        if (options.Texts is not { } texts)
            return;
        tokens = new(StringComparer.Ordinal);
        for (var token = 0; token < size; token++)
            tokens.TryAdd(texts[token], (ushort)token);
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        unknown = tokens.TryGetValue(Corpus.UnknownText, out var found) ? found : -1;
    }

    /// <summary>Whether a text is one of the vocabulary's own.</summary>
    public bool Has(ReadOnlySpan<char> text) => tokens is null ? IdOf(text) >= 0 : lookup.ContainsKey(text);

    /// <summary>The token of a text.</summary>
    /// <exception cref="InvalidDataException">There is none; the message begins with <paramref name="place"/>.</exception>
    public ushort Find(ReadOnlySpan<char> text, Func<string> place)
    {
        if (tokens is null ? IdOf(text) is var id and >= 0 : (id = lookup.TryGetValue(text, out var token) ? token : unknown) >= 0)
            return (ushort)id;
        var shown = text.Length <= LongestQuote ? text.ToString() : string.Concat(text[..LongestQuote], "...");
        throw new InvalidDataException(tokens is null
            ? FormattableString.Invariant($"{place()}: '{shown}' is no token; the tokens are the ids from 0 to {size - 1}.")
            : FormattableString.Invariant($"{place()}: '{shown}' is none of the vocabulary's {size} tokens."));
    }

    /// <summary>The token of a whole number.</summary>
    /// <inheritdoc cref="Find(ReadOnlySpan{char}, Func{string})"/>
    public ushort Find(long value, Func<string> place) => tokens is null && value >= 0 && value < size
        ? (ushort)value
        : Find(value.ToString(CultureInfo.InvariantCulture), place);

    private int IdOf(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id) && id < size ? id : -1;
}
