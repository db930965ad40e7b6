using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Laws;

namespace NGram.Data.Files;

/// <summary>How the rows of a data file become sequences.</summary>
internal sealed record SequenceFileOptions
{
    /// <summary>
    /// S + 1: tokens of a sequence, the label last. A longer row gives its last ones; a shorter one is an error.
    /// </summary>
    public required int ContextWindow { get; init; }

    /// <summary>N: tokens are the ids from 0 to N - 1, or <see cref="Texts"/>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>
    /// What the N tokens are written as; null: their ids. With <see cref="Vocabulary.UnknownText"/> among them, every other text
    /// is that one.
    /// </summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>Whether a longer row gives a sequence from each of its places.</summary>
    public bool Windows { get; init; }

    /// <summary>Whether the first line of a CSV or TSV file is a header; null: it is if none of its cells is a token.</summary>
    public bool? Header { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(ContextWindow, 2, nameof(ContextWindow));
        Require.InRange(VocabularySize, 2, NGramLaw.LargestVocabulary, nameof(VocabularySize));
        if (Texts is not null)
        {
            Require.That(
                Texts.Count == VocabularySize,
                $"{nameof(Texts)}.Count",
                Texts.Count,
                FormattableString.Invariant($"{VocabularySize}, the vocabulary size"));
        }
    }
}
