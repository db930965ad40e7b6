namespace NGram.Data.Text;

/// <summary>Numbers different tokens in the order of their appearance, and counts them.</summary>
internal sealed class TokenRegister
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly List<string> texts = [];
    private readonly List<long> counts = [];

    public TokenRegister() => lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of different tokens.</summary>
    public int Types => texts.Count;

    /// <summary>The different tokens, by number.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>Whether a token has come.</summary>
    public bool Has(ReadOnlySpan<char> token) => lookup.ContainsKey(token);

    /// <summary>How often the token of a number has come.</summary>
    public long CountOf(int number) => counts[number];

    /// <summary>Numbers a token that has not come yet.</summary>
    public void Reserve(string token)
    {
        numbers.Add(token, texts.Count);
        texts.Add(token);
        counts.Add(0);
    }

    /// <summary>The number of a token that has come once more.</summary>
    public int Add(ReadOnlySpan<char> token)
    {
        if (!lookup.TryGetValue(token, out int number))
        {
            number = texts.Count;
            Reserve(token.ToString());
        }
        counts[number]++;
        return number;
    }

    /// <summary>
    /// The texts of the most frequent tokens, in that order (ties by code points), and each number's place among them, or -1.
    /// </summary>
    public (string[] Vocabulary, int[] Places, long Covered) MostFrequent(int count)
    {
        int[] order = Enumerable.Range(0, Types).ToArray();
        Array.Sort(
            order,
            (a, b) =>
                counts[b].CompareTo(counts[a]) is var byCount and not 0 ? byCount : string.CompareOrdinal(texts[a], texts[b]));
        int[] places = new int[Types];
        Array.Fill(places, -1);
        int kept = Math.Min(count, Types);
        for (int place = 0; place < kept; place++)
            places[order[place]] = place;
        return ([.. order.Take(kept).Select(number => texts[number])], places, order.Take(kept).Sum(number => counts[number]));
    }
}
