namespace NGram.Data.Corpora;

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

    /// <summary>The number of a token that has come once more.</summary>
    public int Add(ReadOnlySpan<char> token)
    {
        if (!lookup.TryGetValue(token, out var number))
        {
            number = texts.Count;
            texts.Add(token.ToString());
            counts.Add(0);
            numbers.Add(texts[number], number);
        }
        counts[number]++;
        return number;
    }

    /// <summary>The most frequent tokens' texts, descending (equal ones by code points), and the place of every number there, or -1.</summary>
    public (string[] Vocabulary, int[] Places, long Covered) MostFrequent(int count)
    {
        var order = Enumerable.Range(0, Types).ToArray();
        Array.Sort(order, (a, b) => counts[b].CompareTo(counts[a]) is var byCount and not 0 ? byCount : string.CompareOrdinal(texts[a], texts[b]));
        var places = new int[Types];
        Array.Fill(places, -1);
        var kept = Math.Min(count, Types);
        for (var place = 0; place < kept; place++)
            places[order[place]] = place;
        return ([.. order.Take(kept).Select(number => texts[number])], places, order.Take(kept).Sum(number => counts[number]));
    }
}
