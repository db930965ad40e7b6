using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Laws;
using NGram.Data.Text;

namespace NGram.Data.Corpora;

/// <summary>How a text becomes tokens.</summary>
public sealed record CorpusOptions
{
    /// <summary>What a token is.</summary>
    public TokenUnit Unit { get; init; } = TokenUnit.Word;

    /// <summary>
    /// The largest N, from 2 to 65,536. A text with more different tokens keeps the N - 1 most frequent (the first in code
    /// point order among equals), and all others are the last token, <see cref="Vocabulary.UnknownText"/>.
    /// </summary>
    public int VocabularySize { get; init; } = 5000;

    /// <summary>
    /// The tokens themselves, such as those of another text; null: this text's own. A text that is not one of them is
    /// <see cref="Vocabulary.UnknownText"/> where that is one, otherwise an error. <see cref="VocabularySize"/> is not used then.
    /// </summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>About how many tokens to read, the first ones of all texts together; null: all.</summary>
    public long? MostTokens { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.InRange(VocabularySize, 2, NGramLaw.LargestVocabulary, nameof(VocabularySize));
        if (MostTokens is { } most)
            Require.AtLeast(most, 1, nameof(MostTokens));
        if (Vocabulary is not null)
            Require.InRange(Vocabulary.Count, 2, NGramLaw.LargestVocabulary, $"{nameof(Vocabulary)}.Count");
    }
}
