using System.Numerics;
using NGram.Data.Checks;

namespace NGram.Data.Counts;

/// <summary>
/// Counts level by level: a gram is a gram of the level below and a token, so that a sort of such pairs orders any length.
/// </summary>
internal sealed class NGramCounting
{
    private const int TokenBits = 16;

    // Beside the token: a key, two places and a number.
    private const int BytesOfToken = 24;

    private readonly int vocabularySize;
    private readonly ushort[] tokens;
    private readonly int[] ends;
    private readonly int order;

    /// <summary>Whether so many tokens can be counted in the memory that is left, their copies in short texts included.</summary>
    public static bool Fits(long tokens) => MemoryBudget.Fits(tokens, 3 * BytesOfToken);

    public NGramCounting(int vocabularySize, int order, IReadOnlyList<ushort[]> texts)
    {
        this.vocabularySize = vocabularySize;
        this.order = order;
        long length = texts.Sum(text => (long)text.Length);
        MemoryBudget.Require(length, BytesOfToken, FormattableString.Invariant($"Counting {length} tokens"));
        tokens = [.. texts.SelectMany(text => text)];
        ends = new int[texts.Count];
        for (var (text, end) = (0, 0); text < ends.Length; text++)
            ends[text] = end += texts[text].Length;
        foreach (ushort token in tokens)
        {
            if (token >= vocabularySize)
                Require.InRange(token, 0, vocabularySize - 1, nameof(token));
        }
        Require.That(
            texts.Any(text => text.Length >= order),
            nameof(NGramCounts.Order),
            order,
            "at most the number of tokens of the longest text");
    }

    public NGramCounts Count()
    {
        var levels = new NGramCountLevel[order];
        // Of the gram that begins at each place: none yet is the empty one, number 0.
        int[] grams = new int[tokens.Length];
        int contexts = 1;
        for (int k = 0; k < order; k++)
        {
            levels[k] = CountLevel(k, contexts, grams, out int[]? next);
            if (k > 0)
                levels[k - 1] = levels[k - 1] with { Continuations = Continuations(levels[k - 1], levels[k], grams, k) };
            grams = next;
            contexts = levels[k].Grams;
        }
        return new(vocabularySize, levels);
    }

    /// <param name="k">Tokens of a context.</param>
    /// <param name="contexts">Number of the level below's grams.</param>
    /// <param name="below">The level below's gram that begins at each place.</param>
    /// <param name="grams">This level's.</param>
    private NGramCountLevel CountLevel(int k, int contexts, int[] below, out int[] grams)
    {
        int[] places = Places(k);
        ulong[] keys = new ulong[places.Length];
        for (int i = 0; i < places.Length; i++)
            keys[i] = ((ulong)below[places[i]] << TokenBits) | tokens[places[i] + k];
        Array.Sort(keys, places);

        int different = keys.Length > 0 ? 1 : 0;
        for (int i = 1; i < keys.Length; i++)
            different += keys[i] != keys[i - 1] ? 1 : 0;
        var level = new NGramCountLevel(
            new int[contexts + 1],
            new ushort[different],
            new uint[different + 1],
            null,
            k == 0 ? [] : new int[different]);
        grams = new int[tokens.Length];
        int gram = -1;
        for (int i = 0; i < keys.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
            {
                level.Tokens[++gram] = (ushort)keys[i];
                level.Begins[(int)(keys[i] >> TokenBits) + 1]++;
                if (k > 0)
                    level.Suffixes[gram] = below[places[i] + 1];
            }
            level.Occurrences[gram + 1]++;
            grams[places[i]] = gram;
        }
        Accumulate(level.Begins);
        Accumulate(level.Occurrences);
        return level;
    }

    /// <summary>The places where k + 1 tokens of one text follow.</summary>
    private int[] Places(int k)
    {
        int[] places = new int[ends.Select((end, text) => Math.Max(0, end - Begin(text) - k)).Sum()];
        for (var (text, count) = (0, 0); text < ends.Length; text++)
        {
            for (int place = Begin(text); place < ends[text] - k; place++)
                places[count++] = place;
        }
        return places;
    }

    /// <summary>
    /// For each gram of k tokens, how many different grams of the level above end in it, and one more where it begins a text.
    /// </summary>
    private uint[] Continuations(NGramCountLevel level, NGramCountLevel above, int[] grams, int k)
    {
        uint[] counts = new uint[level.Grams + 1];
        foreach (int suffix in above.Suffixes)
            counts[suffix + 1]++;
        foreach (
            int first in Enumerable
                .Range(0, ends.Length)
                .Where(text => ends[text] - Begin(text) >= k)
                .Select(text => grams[Begin(text)])
                .Distinct())
        {
            counts[first + 1]++;
        }

        Accumulate(counts);
        return counts;
    }

    private int Begin(int text) => text == 0 ? 0 : ends[text - 1];

    private static void Accumulate<T>(T[] numbers) where T : INumber<T>
    {
        for (int i = 1; i < numbers.Length; i++)
            numbers[i] += numbers[i - 1];
    }
}
