using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// Runs operations on the same rows block by block, so that what one writes is still in the cache when the next reads it.
/// </summary>
/// <remarks>
/// Each thread has its own rows. For the gradients of parameters it has a share of their elements instead, and adds all rows to
/// these in order. That reads what other threads wrote, so the threads wait for each other first: see <see cref="Phase"/>.
/// </remarks>
internal sealed class RowBlocks : Operation
{
    /// <summary>Rows that the kernels do together: threads get whole groups of them, except for the last.</summary>
    private const int Grain = 4;

    private readonly RowSet rows;
    private readonly int blockRows;
    private readonly RowOperation[] operations;
    private readonly Action<Part> forward, alone;
    private readonly List<Action<Part>> phases = [];

    /// <param name="rows">The rows of all the operations.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="operations">In the order of the forward pass.</param>
    public RowBlocks(RowSet rows, int blockRows, params RowOperation[] operations)
    {
        (this.rows, this.blockRows, this.operations) = (rows, blockRows, operations);
        (forward, alone) = (Forward, BackwardAlone);
        AddPhases();
    }

    public override void Forward(Team team) => team.Run(forward);

    public override void Prepare(Part part)
    {
        foreach (var operation in operations)
            operation.Prepare(part);
    }

    public override void Backward(Team team)
    {
        if (team.Members == 1)
        {
            team.Run(alone);
            return;
        }
        foreach (var phase in phases)
            team.Run(phase);
    }

    private void Forward(Part part)
    {
        for (var (row, count, end) = Own(part); row < end; row += count)
        {
            count = Math.Min(blockRows, end - row);
            for (int i = 0; i < operations.Length; i++)
                operations[i].Forward(row, count);
        }
    }

    /// <summary>A single thread does all of a block while it is in the cache.</summary>
    private void BackwardAlone(Part whole)
    {
        for (var (row, count, end) = Own(whole); row < end; row += count)
        {
            count = Math.Min(blockRows, end - row);
            for (int i = operations.Length - 1; i >= 0; i--)
            {
                operations[i].Backward(row, count);
                operations[i].AddParameterGradient(row, count, whole);
            }
        }
    }

    private (int Row, int Count, int End) Own(Part part)
    {
        var (start, count) = part.Of(rows.Count, Grain);
        return (rows.Start + start, 0, rows.Start + start + count);
    }

    /// <summary>
    /// A phase is an operation with parameters, and those before it up to the next one that reads the gradient of all rows. If
    /// such an operation prepares gradients of parameters, they are added in the next phase.
    /// </summary>
    private void AddPhases()
    {
        RowOperation[] prepared = [];
        for (int last = operations.Length - 1, first; last >= 0; last = first - 1)
        {
            first = last;
            while (first > 0 && (!operations[first - 1].HasParameters || operations[first - 1].PreparesParameterGradient))
                first--;
            RowOperation[] chain = [.. operations[first..(last + 1)].Reverse()];
            RowOperation[] ready = [.. prepared, .. chain.Where(o => o.HasParameters && !o.PreparesParameterGradient)];
            prepared = [.. chain.Where(operation => operation.PreparesParameterGradient)];
            phases.Add(part => Phase(part, chain, ready));
        }
        if (prepared.Length > 0)
            phases.Add(part => Phase(part, [], prepared));
    }

    /// <summary>
    /// Adds all rows to the gradients of some parameters, and runs the backward pass of some operations on a thread's own rows.
    /// </summary>
    private void Phase(Part part, RowOperation[] chain, RowOperation[] parameters)
    {
        int end = rows.Start + rows.Count;
        for (int row = rows.Start; row < end; row += blockRows)
        {
            foreach (var operation in parameters)
                operation.AddParameterGradient(row, Math.Min(blockRows, end - row), part);
        }
        for (var (row, count, last) = Own(part); row < last; row += count)
        {
            count = Math.Min(blockRows, last - row);
            foreach (var operation in chain)
                operation.Backward(row, count);
        }
    }
}
