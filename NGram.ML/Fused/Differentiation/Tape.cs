using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>A model as a list of operations: forward in order, backward in reverse.</summary>
internal sealed class Tape(Workspace workspace)
{
    private readonly List<Operation> operations = [];
    private readonly List<Variable> accumulated = [];
    private int ofParameters;

    /// <summary>A variable that one operation reads, row by row.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="lanes">Width, in floats, of the vectors that its rows are padded to; null: the workspace's.</param>
    public Variable Variable(RowSet rows, int columns, int? lanes = null)
    {
        int width = lanes ?? workspace.Lanes;
        return new(
            rows,
            workspace.Allocate(rows.Capacity, columns, width),
            workspace.Allocate(rows.Capacity, columns, width),
            accumulates: false);
    }

    /// <summary>A variable whose gradient is a sum over several uses.</summary>
    public Variable Accumulated(RowSet rows, int columns, int? lanes = null) =>
        Accumulate(Variable(rows, columns, lanes).Accumulating(true));

    /// <summary>A variable with its own value that shares another's gradient, as in a residual stream.</summary>
    public Variable SharingGradient(RowSet rows, Variable other) =>
        new(rows, workspace.Allocate(rows.Capacity, other.Columns, other.Value.Lanes), other.Gradient, other.Accumulates);

    /// <summary>Marks a variable (a view) as one whose gradient is cleared before every backward pass.</summary>
    public Variable Accumulate(Variable variable)
    {
        accumulated.Add(variable);
        return variable;
    }

    /// <summary>Appends an operation.</summary>
    public T Add<T>(T operation) where T : Operation
    {
        operations.Add(operation);
        return operation;
    }

    /// <summary>
    /// Adds an operation that reads parameters only: it comes before all others, so that threads wait once for all of these.
    /// </summary>
    public T AddOfParameters<T>(T operation) where T : Operation
    {
        operations.Insert(ofParameters++, operation);
        return operation;
    }

    /// <summary>Runs every operation forward, on one thread.</summary>
    public void Forward()
    {
        for (int i = 0; i < operations.Count; i++)
            operations[i].Forward();
    }

    /// <summary>Does a part of what backward needs before it.</summary>
    public void Prepare(Part part)
    {
        for (int i = 0; i < accumulated.Count; i++)
            accumulated[i].CurrentGradient.Clear(part);
        for (int i = 0; i < operations.Count; i++)
            operations[i].Prepare(part);
    }

    /// <summary>
    /// Runs every operation backward, on one thread, after all parts of Prepare, and adds to the parameters' gradients.
    /// </summary>
    public void Backward()
    {
        for (int i = operations.Count - 1; i >= 0; i--)
            operations[i].Backward();
    }

    /// <summary>Forward and backward by a team's threads.</summary>
    /// <param name="read">Reads the batch, on the first thread; the others do what reads parameters only meanwhile.</param>
    /// <param name="clear">Clears a part of the parameters' gradients.</param>
    public Schedule Scheduled(Action read, Action<Part> clear)
    {
        var schedule = new Schedule();
        schedule.Add([new Piece(part => OnFirst(part, read), this), new Piece(clear, this).WithoutFirst]);
        for (int i = 0; i < ofParameters; i++)
            schedule.Add(operations[i].ForwardPieces.Select(piece => piece.WithoutFirst));
        schedule.EndStage();
        for (int i = ofParameters; i < operations.Count; i++)
            schedule.Add(operations[i].ForwardPieces);
        schedule.Add([new Piece(Prepare, this)]);
        schedule.EndStage();
        for (int i = operations.Count - 1; i >= 0; i--)
            schedule.Add(operations[i].BackwardPieces);
        return schedule;
    }

    private static void OnFirst(Part part, Action work)
    {
        if (part.Index == 0)
            work();
    }
}
