using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>The rows in use for the current batch, shared by all variables that are defined on them.</summary>
/// <param name="capacity">Maximum number of rows.</param>
/// <param name="shares">How threads divide them; null: in equal parts.</param>
internal sealed class RowSet(int capacity, RowShares? shares = null)
{
    /// <summary>Rows that kernels do together: threads get whole groups of them, except for the last.</summary>
    private const int Grain = 4;

    /// <summary>Maximum number of rows.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>First row in use.</summary>
    public int Start { get; private set; }

    /// <summary>Number of rows in use.</summary>
    public int Count { get; private set; } = capacity;

    /// <summary>Equal for sets of which a thread has the same rows.</summary>
    public object Division => (object?)shares ?? this;

    /// <summary>Chooses the rows in use.</summary>
    public void Set(int start, int count)
    {
        Shape.Require(start >= 0 && count >= 0 && start <= Capacity - count);
        Start = start;
        Count = count;
    }

    /// <summary>Number of ranges that a part consists of; some may be empty.</summary>
    public int RangesOf(Part part) => part.Count == 1 ? 1 : shares?.Groups ?? 1;

    /// <summary>A range of a part's rows in use.</summary>
    public (int Start, int Count) Range(Part part, int index)
    {
        if (part.Count == 1)
            return (Start, Count);
        if (shares is null)
        {
            var (start, count) = part.Of(Count, Grain);
            return (Start + start, count);
        }
        Shape.Require(part.Count == shares.Threads);
        var (first, end) = shares.Of(part, index);
        (first, end) = (Math.Clamp(first, Start, Start + Count), Math.Clamp(end, Start, Start + Count));
        return (first, end - first);
    }
}
