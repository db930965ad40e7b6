namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// Runs operations on the same rows block by block, so that what one writes is still in the cache when the next reads it.
/// </summary>
internal sealed class RowBlocks(RowSet rows, int blockRows, params Operation[] operations) : Operation
{
    public override void Forward()
    {
        int start = rows.Start, end = start + rows.Count;
        for (int row = start; row < end; row += blockRows)
        {
            rows.Set(row, Math.Min(blockRows, end - row));
            for (int i = 0; i < operations.Length; i++)
                operations[i].Forward();
        }
        rows.Set(start, end - start);
    }

    public override void Backward()
    {
        int start = rows.Start, end = start + rows.Count;
        for (int row = start; row < end; row += blockRows)
        {
            rows.Set(row, Math.Min(blockRows, end - row));
            for (int i = operations.Length - 1; i >= 0; i--)
                operations[i].Backward();
        }
        rows.Set(start, end - start);
    }
}
