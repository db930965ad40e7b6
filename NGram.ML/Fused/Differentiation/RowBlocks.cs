using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// Runs operations on the same rows block by block, so that what one writes is still in the cache when the next reads it.
/// </summary>
/// <remarks>
/// Each thread has its own rows. For the gradients of parameters it has a share of their elements instead, and adds all rows to
/// these in order.
/// </remarks>
internal sealed class RowBlocks : Operation
{
    private readonly RowSet rows;
    private readonly int blockRows;
    private readonly RowOperation[] operations;

    /// <param name="rows">The rows of all the operations.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="operations">In the order of the forward pass.</param>
    public RowBlocks(RowSet rows, int blockRows, params RowOperation[] operations)
    {
        (this.rows, this.blockRows, this.operations) = (rows, blockRows, operations);
        ForwardPieces =
            [new Piece(Forward, rows.Division, [.. operations.SelectMany(operation => operation.ForwardAccesses)])];
        BackwardPieces = [.. Backwards()];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Piece> ForwardPieces { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Piece> BackwardPieces { get; }

    /// <inheritdoc/>
    public override void Prepare(Part part)
    {
        foreach (var operation in operations)
            operation.Prepare(part);
    }

    /// <summary>A single thread does all of a block while it is in the cache, parameters and rows.</summary>
    public override void Backward()
    {
        for (var (row, count, end) = (rows.Start, 0, rows.Start + rows.Count); row < end; row += count)
        {
            count = Math.Min(blockRows, end - row);
            for (int i = operations.Length - 1; i >= 0; i--)
            {
                operations[i].Backward(row, count);
                operations[i].AddParameterGradient(row, count, Part.Whole);
            }
        }
    }

    private void Forward(Part part)
    {
        for (int range = 0; range < rows.RangesOf(part); range++)
        {
            var (row, left) = rows.Range(part, range);
            for (int count; left > 0; row += count, left -= count)
            {
                count = Math.Min(blockRows, left);
                for (int i = 0; i < operations.Length; i++)
                    operations[i].Forward(row, count);
            }
        }
    }

    /// <summary>
    /// Rows and parameters apart: operations in a chain do a block one after the other, as far as none of them writes what the
    /// parameters of one before it still need.
    /// </summary>
    private IEnumerable<Piece> Backwards()
    {
        List<RowOperation> chain = [];
        List<Piece> parameters = [];
        for (int i = operations.Length - 1; i >= 0; i--)
        {
            var operation = operations[i];
            var alone = OfRows([operation]);
            if (parameters.Exists(alone.ConflictsWith))
            {
                yield return OfRows([.. chain]);
                foreach (var piece in parameters)
                    yield return piece;
                chain.Clear();
                parameters.Clear();
            }
            chain.Add(operation);
            if (operation.ParameterAccesses is { Length: > 0 } accesses)
                parameters.Add(OfParameters(operation, accesses, mirrored: i % 2 != 0));
        }
        yield return OfRows([.. chain]);
        foreach (var piece in parameters)
            yield return piece;
    }

    /// <summary>
    /// Every other piece is divided from the other end, so that no thread has the larger share of all. Such a piece divides
    /// like no other one.
    /// </summary>
    private Piece OfParameters(RowOperation operation, Access[] accesses, bool mirrored) => new(
        part => AddParameterGradient(operation, mirrored ? part.Mirrored : part),
        mirrored ? operation : operation.GetType(),
        accesses)
    {
        IsDeferrable = true,
    };

    private Piece OfRows(RowOperation[] chain) => new(
        part => Backward(part, chain), rows.Division, [.. chain.SelectMany(operation => operation.BackwardAccesses)]);

    private void Backward(Part part, RowOperation[] chain)
    {
        for (int range = 0; range < rows.RangesOf(part); range++)
        {
            var (row, left) = rows.Range(part, range);
            for (int count; left > 0; row += count, left -= count)
            {
                count = Math.Min(blockRows, left);
                foreach (var operation in chain)
                    operation.Backward(row, count);
            }
        }
    }

    private void AddParameterGradient(RowOperation operation, Part part)
    {
        for (int row = rows.Start, end = rows.Start + rows.Count; row < end; row += blockRows)
            operation.AddParameterGradient(row, Math.Min(blockRows, end - row), part);
    }
}
