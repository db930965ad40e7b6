namespace NGram.ML.Fused.Kernels;

/// <summary>
/// The queries of a batch as the attention kernels read them: query x looks at rows Keys(x)[0], ..., Keys(x)[KeyCount(x) - 1] of
/// the keys and values. The last of them is its own, and also its row among the queries; siblings, queries with one parent, are
/// adjacent and share all other keys. Row 0 of the queries may be a later row, <paramref name="firstQuery"/>, of the keys. The
/// caller pins the arrays.
/// </summary>
internal readonly unsafe struct AttentionQueries(
    int count, int maxKeys, int* keyCount, int* parent, int* keys, int firstQuery = 0)
{
    public int Count { get; } = count;

    public int KeyCount(int x) => keyCount[x];

    public int* Keys(int x) => keys + (nint)x * maxKeys;

    /// <summary>Some of the queries.</summary>
    public AttentionQueries Range(int start, int length) =>
        new(length, maxKeys, keyCount + start, parent + start, Keys(start), firstQuery);

    /// <summary>The query's own row, of keys and values.</summary>
    public int Own(int x) => Keys(x)[keyCount[x] - 1];

    /// <summary>Its row of the queries.</summary>
    public int Query(int x) => Own(x) - firstQuery;

    /// <summary>The first query after x that is not a sibling of it.</summary>
    public int SiblingsEnd(int x)
    {
        int end = x + 1;
        while (end < Count && parent[end] == parent[x])
            end++;
        return end;
    }
}
