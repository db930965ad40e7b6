namespace NGram.ML.Fused.Threading;

/// <summary>Which part of a piece of work a thread does.</summary>
/// <param name="Index">Counted from 0.</param>
/// <param name="Count">Number of parts.</param>
internal readonly record struct Part(int Index, int Count)
{
    /// <summary>The only part: all of the work.</summary>
    public static Part Whole { get; } = new(0, 1);

    /// <summary>
    /// The same share counted from the other end: where shares differ by a grain, the later are the larger ones.
    /// </summary>
    public Part Mirrored => new(Count - 1 - Index, Count);

    /// <summary>This part of work that the first thread has no part in.</summary>
    public Part WithoutFirst => new(Index - 1, Count - 1);

    /// <summary>Its share of some items, in whole grains; the shares are consecutive, and some may be empty.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="grain">Items that one thread does together; the last ones may be fewer.</param>
    public (int Start, int Count) Of(int items, int grain = 1)
    {
        var (start, count) = Of((long)items, grain);
        return ((int)start, (int)count);
    }

    /// <inheritdoc cref="Of(int, int)"/>
    public (long Start, long Count) Of(long items, int grain)
    {
        long grains = (items + grain - 1) / grain;
        long start = Math.Min(items, grains * Index / Count * grain), end = Math.Min(items, grains * (Index + 1) / Count * grain);
        return (start, end - start);
    }

    /// <summary>Its share of items that take different times.</summary>
    /// <param name="before">Time of all items before each one, ascending; one entry more than items.</param>
    public (int Start, int Count) Of(ReadOnlySpan<int> before)
    {
        int start = Cut(before, Index), end = Cut(before, Index + 1);
        return (start, end - start);
    }

    private int Cut(ReadOnlySpan<int> before, int index)
    {
        if (index == 0 || index == Count)
            return index == 0 ? 0 : before.Length - 1;
        int first = before[0], at = before.BinarySearch((int)(first + (long)(before[^1] - first) * index / Count));
        // Between two items, take the later one. Among items that take no time any may be found, but all parts find the same.
        return Math.Min(at < 0 ? ~at : at, before.Length - 1);
    }
}
