using NGram.ML.Fused.Memory;

namespace NGram.ML.Fused.Differentiation;

/// <summary>The rows in use for the current batch, shared by all variables that are defined on them.</summary>
internal sealed class RowSet(int capacity)
{
    /// <summary>Maximum number of rows.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>First row in use.</summary>
    public int Start { get; private set; }

    /// <summary>Number of rows in use.</summary>
    public int Count { get; private set; } = capacity;

    /// <summary>Chooses the rows in use.</summary>
    public void Set(int start, int count)
    {
        Shape.Require(start >= 0 && count >= 0 && start <= Capacity - count);
        Start = start;
        Count = count;
    }
}
