namespace NGram.ML.Fused.Batches;

/// <summary>
/// Which rows attention reads: query x looks at row Query[x] of the queries and, for its keys j = 0, ..., KeyCount[x] - 1,
/// at row Keys[x MaxKeys + j] of the keys and values. Attention knows nothing else of tokens, positions and prefixes.
/// </summary>
internal sealed class AttentionRows(int capacity, int maxKeys, int[] keyCount)
{
    /// <summary>Most keys that a query has: the prompt's length.</summary>
    public int MaxKeys { get; } = maxKeys;

    /// <summary>Number of keys of every query.</summary>
    public int[] KeyCount { get; } = keyCount;

    /// <summary>Row of every query.</summary>
    public int[] Query { get; } = new int[capacity];

    /// <summary>Rows of every query's keys, MaxKeys to a query.</summary>
    public int[] Keys { get; } = new int[capacity * maxKeys];
}
