using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Laws;

namespace NGram.Data.Files;

/// <summary>How files of rows become sequences in memory; what is left open is found by a first pass over them.</summary>
public sealed record SequenceLoaderOptions
{
    /// <summary>
    /// S + 1: tokens of a sequence, the label last. A longer row gives its last ones. Null: those of the shortest row.
    /// </summary>
    public int? ContextWindow { get; init; }

    /// <summary>The least <see cref="ContextWindow"/> to find: a shorter row is an error. At least 2.</summary>
    public int LeastContextWindow { get; init; } = 2;

    /// <summary>
    /// N: tokens are the ids from 0 to N - 1, or <see cref="Texts"/>. Null: where every token is a whole number below 65,536, one
    /// more than the largest; otherwise the tokens are the different texts, at most 65,536, the most frequent first (equal ones
    /// by code points).
    /// </summary>
    public int? VocabularySize { get; init; }

    /// <summary>
    /// What the N tokens are written as; null: their ids. With <see cref="Vocabulary.UnknownText"/> among them, every other text
    /// is that one.
    /// </summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>Whether a longer row gives a sequence from each of its places; needs a <see cref="ContextWindow"/>.</summary>
    public bool Windows { get; init; }

    /// <summary>
    /// Whether the first line of a CSV or TSV file is a header; null: it is if none of its cells is a token. Where the vocabulary
    /// is still to be found: if none is a whole number (tokens are ids), or a token of another line (tokens are texts).
    /// </summary>
    public bool? Header { get; init; }

    /// <summary>The most sequences to read; null: all.</summary>
    public int? Rows { get; init; }

    /// <summary>
    /// Receives the share of the work that is done, from 0 to 1, by the bytes that are read; null: nobody is told.
    /// </summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(LeastContextWindow, 2, nameof(LeastContextWindow));
        if (ContextWindow is { } window)
            Require.AtLeast(window, LeastContextWindow, nameof(ContextWindow));
        else
            Require.That(!Windows, nameof(Windows), Windows, "false, or have a {1}", nameof(ContextWindow));
        if (VocabularySize is { } size)
            Require.InRange(size, 2, NGramLaw.LargestVocabulary, nameof(VocabularySize));
        if (Texts is not null)
        {
            Require.That(
                Texts.Count == VocabularySize,
                $"{nameof(Texts)}.Count",
                Texts.Count,
                FormattableString.Invariant($"{VocabularySize}, the vocabulary size"));
        }

        if (Rows is { } rows)
            Require.AtLeast(rows, 1, nameof(Rows));
    }
}
