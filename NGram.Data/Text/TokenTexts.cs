using System.Globalization;
using NGram.Data.Keys;

namespace NGram.Data.Text;

/// <summary>The tokens of a known vocabulary: ids, or texts.</summary>
internal sealed class TokenTexts : ITokenFinder
{
    private const int LongestQuote = 40;

    private const NumberStyles Id = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    private readonly int size;
    private readonly Dictionary<string, ushort>? tokens;
    private readonly Dictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int unknown = -1;

    /// <param name="size">N.</param>
    /// <param name="texts">What the tokens are written as; null: their ids.</param>
    public TokenTexts(int size, IReadOnlyList<string>? texts)
    {
        this.size = size;
        if (texts is null)
            return;
        tokens = new(StringComparer.Ordinal);
        for (int token = 0; token < size; token++)
            tokens.TryAdd(texts[token], (ushort)token);
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        unknown = tokens.TryGetValue(Vocabulary.UnknownText, out ushort found) ? found : -1;
    }

    /// <summary>A text shortened for a message.</summary>
    public static string Quote(ReadOnlySpan<char> text) =>
        text.Length <= LongestQuote ? text.ToString() : string.Concat(text[..LongestQuote], "...");

    /// <summary>The id below <paramref name="size"/> that a text is, or -1.</summary>
    public static int IdOf(ReadOnlySpan<char> text, int size) =>
        // .NET takes NUL characters behind a number for its end.
        int.TryParse(text, Id, CultureInfo.InvariantCulture, out int id) && id < size && text[^1] != '\0' ? id : -1;

    /// <inheritdoc/>
    public bool Has(ReadOnlySpan<char> text) => tokens is null ? IdOf(text, size) >= 0 : lookup.ContainsKey(text);

    /// <inheritdoc/>
    public ushort Find(ReadOnlySpan<char> text, Func<string> place)
    {
        int token = TokenOf(text);
        if (token >= 0)
            return (ushort)token;
        string shown = Quote(text);
        throw new InvalidDataException(tokens is null
            ? FormattableString.Invariant($"{place()}: '{shown}' is not a token; the tokens are the ids from 0 to {size - 1}.")
            : FormattableString.Invariant($"{place()}: '{shown}' is not one of the vocabulary's {size} tokens."));
    }

    /// <inheritdoc/>
    public ushort Find(long value, Func<string> place) => tokens is null && value >= 0 && value < size
        ? (ushort)value
        : Find(value.ToString(CultureInfo.InvariantCulture), place);

    /// <summary>The token of a text, or of all unknown ones where the vocabulary has that; -1 where there is none.</summary>
    private int TokenOf(ReadOnlySpan<char> text)
    {
        if (tokens is null)
            return IdOf(text, size);
        return lookup.TryGetValue(text, out ushort token) ? token : unknown;
    }
}
