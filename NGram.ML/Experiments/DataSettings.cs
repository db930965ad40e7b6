using NGram.Data.Checks;
using NGram.Data.Text;

namespace NGram.ML.Experiments;

/// <summary>Sequences from files: which to train on, and how these and the validation's are read.</summary>
public sealed record DataSettings
{
    /// <summary>The files to train on; none: a sample of the law.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// What a token is where the files are running text, whose windows are the sequences, one from every place; null: rows of
    /// tokens.
    /// </summary>
    public TokenUnit? Tokens { get; init; }

    /// <summary>
    /// N of the training files: ids are below it, of a running text it is the most different tokens. Null: found in rows, 5,000
    /// in text.
    /// </summary>
    public int? VocabularySize { get; init; }

    /// <summary>
    /// n: predictions whose context of n - 1 tokens is full are scored; a distribution's order wins. Null: the context window,
    /// so that only Label is a target.
    /// </summary>
    public int? Order { get; init; }

    /// <summary>Maximum number of sequences to train on, from the start; null: all.</summary>
    public int? Rows { get; init; }

    /// <summary>Whether a longer row gives a sequence from each of its places, not only from its end.</summary>
    public bool Windows { get; init; }

    /// <summary>Whether the first line of CSV and TSV is a header; null: it is if none of its cells is a token.</summary>
    public bool? Header { get; init; }

    /// <summary>Whether the rows have the texts by which a distribution names its tokens, rather than their ids.</summary>
    public bool Text { get; init; }

    /// <summary>Checks what reading the files does not check.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the value and what is allowed.</exception>
    public void Validate()
    {
        foreach (string file in Files)
            Require.Path(file ?? "", nameof(Files));
        if (Tokens is { } unit)
            Require.Named(unit, nameof(Tokens));
    }
}
