using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Batches;

/// <summary>
/// Which rows attention reads: query x looks, for its keys j = 0, ..., KeyCount[x] - 1, at row Keys[x MaxKeys + j] of the keys
/// and values. The last one is its own, which is also its row among the queries. This is all that attention knows of tokens,
/// positions and prefixes.
/// </summary>
/// <param name="capacity">Maximum number of queries.</param>
/// <param name="maxKeys">Maximum number of keys of a query: the prompt's length.</param>
/// <param name="keyCount">Number of keys of every query.</param>
/// <param name="parent">Queries with the same parent are siblings: they are adjacent and share all keys but the last.</param>
/// <param name="ownRows">
/// Number of rows that can be a query's own, where several queries may share one; 0 where each has its own, in the order of the
/// queries.
/// </param>
internal sealed class AttentionRows(int capacity, int maxKeys, int[] keyCount, int[] parent, int ownRows = 0)
{
    private readonly int[] places = new int[ownRows + 1];

    /// <summary>The work of each row, once it is counted: threads divide the rows that queries share by it.</summary>
    public AttentionWork Work { get; } = new(ownRows);

    /// <summary>Maximum number of keys of a query.</summary>
    public int MaxKeys { get; } = maxKeys;

    /// <summary>Number of keys of every query.</summary>
    public int[] KeyCount { get; } = keyCount;

    /// <summary>Equal for siblings.</summary>
    public int[] Parent { get; } = parent;

    /// <summary>The rows of every query's keys, MaxKeys per query.</summary>
    public int[] Keys { get; } = new int[capacity * maxKeys];

    /// <summary>Whether no two queries share an own row.</summary>
    public bool OwnRowsAreDistinct => ownRows == 0;

    /// <summary>The queries in the order of their own rows, after <see cref="SortByOwn"/>.</summary>
    public int[] ByOwn { get; } = [.. Enumerable.Range(0, capacity)];

    /// <summary>Fills <see cref="ByOwn"/> for this many queries, unless it is the order of the queries anyway.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SortByOwn(int count)
    {
        if (OwnRowsAreDistinct)
            return;
        int[] place = places, keys = Keys, keyCount = KeyCount;
        Array.Clear(place);
        for (int x = 0; x < count; x++)
            place[keys[x * MaxKeys + keyCount[x] - 1] + 1]++;
        for (int row = 1; row < place.Length; row++)
            place[row] += place[row - 1];
        for (int x = 0; x < count; x++)
            ByOwn[place[keys[x * MaxKeys + keyCount[x] - 1]]++] = x;
    }

    /// <summary>The queries whose own row is in a range of rows, as a range of <see cref="ByOwn"/>.</summary>
    public (int Start, int End) OwnedBy(int firstRow, int endRow) => (OwnedBefore(firstRow), OwnedBefore(endRow));

    // SortByOwn leaves where the queries of a row end.
    private int OwnedBefore(int row) => row == 0 ? 0 : places[row - 1];
}
