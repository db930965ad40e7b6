namespace NGram.Data.Text;

/// <summary>From what a file has to a token.</summary>
internal interface ITokenFinder
{
    /// <summary>Whether a text is one of the vocabulary's own.</summary>
    bool Has(ReadOnlySpan<char> text);

    /// <summary>The token of a text.</summary>
    /// <exception cref="InvalidDataException">It is not a token; the message begins with <paramref name="place"/>.</exception>
    ushort Find(ReadOnlySpan<char> text, Func<string> place);

    /// <summary>The token of a whole number.</summary>
    /// <inheritdoc cref="Find(ReadOnlySpan{char}, Func{string})"/>
    ushort Find(long value, Func<string> place);
}
