namespace NGram.ML.Fused.Kernels;

/// <summary>
/// One matrix per head, with element (row, column) of all heads of a block side by side in one vector: head h of a model is lane
/// h % W of block h / W.
/// </summary>
/// <param name="Data">Element (0, 0) of the first block.</param>
/// <param name="Block">Floats from one block of heads to the next.</param>
/// <param name="Row">Floats from one row to the next.</param>
/// <param name="Column">Floats from one column to the next.</param>
internal readonly unsafe record struct LaneMatrix(nint Data, nint Block, nint Row, nint Column)
{
    /// <summary>The transposed matrix of every head.</summary>
    public LaneMatrix Transposed => this with { Row = Column, Column = Row };

    /// <summary>The matrix from a block and a row on.</summary>
    public LaneMatrix From(int block, int row) => this with { Data = (nint)(At(block) + row * Row) };

    public float* At(int block) => (float*)Data + block * Block;
}
