namespace NGram.ML.Fused.Batches;

/// <summary>
/// Which rows attention reads: query x looks, for its keys j = 0, ..., KeyCount[x] - 1, at row Keys[x MaxKeys + j] of the keys
/// and values. The last one is its own, at which it stands itself among the queries. Attention knows nothing else of tokens,
/// positions and prefixes.
/// </summary>
/// <param name="capacity">Most queries.</param>
/// <param name="maxKeys">Most keys that a query has: the prompt's length.</param>
/// <param name="keyCount">Number of keys of every query.</param>
/// <param name="parent">
/// Queries with the same parent are siblings: they stand together and have all keys but the last in common.
/// </param>
/// <param name="ownRowsAreDistinct">Whether a query's own row is no other query's.</param>
internal sealed class AttentionRows(int capacity, int maxKeys, int[] keyCount, int[] parent, bool ownRowsAreDistinct)
{
    /// <summary>Most keys that a query has.</summary>
    public int MaxKeys { get; } = maxKeys;

    /// <summary>Number of keys of every query.</summary>
    public int[] KeyCount { get; } = keyCount;

    /// <summary>Equal for siblings.</summary>
    public int[] Parent { get; } = parent;

    /// <summary>Rows of every query's keys, MaxKeys to a query.</summary>
    public int[] Keys { get; } = new int[capacity * maxKeys];

    /// <summary>Whether a query's own row is no other query's.</summary>
    public bool OwnRowsAreDistinct { get; } = ownRowsAreDistinct;
}
