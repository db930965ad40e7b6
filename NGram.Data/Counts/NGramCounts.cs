using NGram.Data.Checks;
using NGram.Data.Laws;

namespace NGram.Data.Counts;

/// <summary>
/// How often every sequence of 1 to n tokens occurs in some texts, of which there are far fewer than N^n: memory grows with
/// the text, not with the vocabulary. Sequences do not reach across the end of a text. Immutable.
/// </summary>
public sealed class NGramCounts
{
    internal NGramCounts(int vocabularySize, NGramCountLevel[] levels)
    {
        VocabularySize = vocabularySize;
        Levels = levels;
    }

    /// <summary>N: every token is below it.</summary>
    public int VocabularySize { get; }

    /// <summary>n: tokens of the longest sequences counted.</summary>
    public int Order => Levels.Count;

    /// <summary>Tokens of all texts.</summary>
    public long Tokens => Levels[0].Occurrences[^1];

    internal IReadOnlyList<NGramCountLevel> Levels { get; }

    /// <summary>Whether so many tokens, in short texts, can be counted in the memory that is left.</summary>
    internal static bool Fits(long tokens) => NGramCounting.Fits(tokens);

    /// <summary>Counts some texts.</summary>
    /// <param name="vocabularySize">N, from 2 to 65,536.</param>
    /// <param name="order">n, at least 1.</param>
    /// <param name="texts">The tokens of each.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or no text has n tokens.</exception>
    public static NGramCounts Of(int vocabularySize, int order, IReadOnlyList<ushort[]> texts)
    {
        Require.InRange(vocabularySize, 2, NGramLaw.LargestVocabulary, nameof(vocabularySize));
        Require.AtLeast(order, 1, nameof(order));
        ArgumentNullException.ThrowIfNull(texts);
        return new NGramCounting(vocabularySize, order, texts).Count();
    }

    /// <summary>How many different sequences of a length, from 1 to n, occur.</summary>
    public int Different(int length)
    {
        Require.InRange(length, 1, Order, nameof(length));
        return Levels[length - 1].Grams;
    }

    /// <summary>How often a sequence of 1 to n tokens occurs.</summary>
    public long CountOf(ReadOnlySpan<ushort> gram)
    {
        Require.InRange(gram.Length, 1, Order, nameof(gram));
        int found = Find(gram);
        uint[] sums = Levels[gram.Length - 1].Occurrences;
        return found < 0 ? 0 : sums[found + 1] - sums[found];
    }

    /// <summary>The number of a sequence among those of its length (0 for none at all), -1 where it does not occur.</summary>
    internal int Find(ReadOnlySpan<ushort> gram)
    {
        int found = 0;
        for (int k = 0; k < gram.Length && found >= 0; k++)
            found = Levels[k].Find(found, gram[k]);
        return found;
    }
}
