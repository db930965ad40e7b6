namespace NGram.ML.Fused.Kernels;

/// <summary>
/// The queries of a batch as the attention kernels read them: query x looks at row Query(x) of the queries and at rows
/// Keys(x)[0], ..., Keys(x)[KeyCount(x) - 1] of the keys and values. The caller pins the arrays.
/// </summary>
internal readonly unsafe struct AttentionQueries(int count, int maxKeys, int* keyCount, int* query, int* keys)
{
    public int Count { get; } = count;

    public int KeyCount(int x) => keyCount[x];

    public int Query(int x) => query[x];

    public int* Keys(int x) => keys + (nint)x * maxKeys;
}
