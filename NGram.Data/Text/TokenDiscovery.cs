using System.Globalization;
using NGram.Data.Laws;

namespace NGram.Data.Text;

/// <summary>
/// Finds the vocabulary of files: the ids from 0 to the largest where every token is one, otherwise the different texts.
/// </summary>
internal sealed class TokenDiscovery : ITokenFinder
{
    private readonly TokenRegister register = new();

    /// <summary>Whether all tokens so far are ids.</summary>
    public bool AreIds => register.Texts.All(text => TokenTexts.IdOf(text, NGramLaw.LargestVocabulary) >= 0);

    /// <inheritdoc/>
    public bool Has(ReadOnlySpan<char> text) => register.Has(text);

    /// <inheritdoc/>
    public ushort Find(ReadOnlySpan<char> text, Func<string> place)
    {
        if (text.IsWhiteSpace())
            throw new InvalidDataException($"{place()}: an empty cell is not a token.");
        int number = register.Add(text);
        return number < NGramLaw.LargestVocabulary
            ? (ushort)number
            : throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place()}: '{TokenTexts.Quote(text)}' is one different token too many; "
                    + $"a vocabulary has at most {NGramLaw.LargestVocabulary}."));
    }

    /// <inheritdoc/>
    public ushort Find(long value, Func<string> place) => Find(value.ToString(CultureInfo.InvariantCulture), place);

    /// <summary>
    /// What was found: N, and the texts, the most frequent first (equal ones by code points); null if they are ids.
    /// </summary>
    public (int Size, IReadOnlyList<string>? Texts) ToVocabulary() =>
        AreIds
            ? (
                Math.Max(
                    2,
                    1 + register.Texts.Select(text => TokenTexts.IdOf(text, NGramLaw.LargestVocabulary)).DefaultIfEmpty().Max()),
                null)
            : (register.Types, register.MostFrequent(register.Types).Vocabulary);
}
