using NGram.ML.Fused.Memory;

namespace NGram.ML.Fused.Differentiation;

/// <summary>A matrix with the gradient of the loss with respect to it.</summary>
/// <param name="rows">The rows in use.</param>
/// <param name="value">All rows of the value.</param>
/// <param name="gradient">All rows of the gradient; variables of one residual stream share it.</param>
/// <param name="accumulates">
/// Whether the gradient is cleared and then added to, because several operations or several rows read the value;
/// otherwise the only operation that reads it assigns the gradient.
/// </param>
internal sealed class Variable(RowSet rows, Matrix value, Matrix gradient, bool accumulates)
{
    public RowSet Rows { get; } = rows;

    public Matrix Value { get; } = value;

    public Matrix Gradient { get; } = gradient;

    public bool Accumulates { get; } = accumulates;

    public int Columns => Value.Columns;

    /// <summary>The value's rows in use.</summary>
    public Matrix CurrentValue => ValueOn(Rows);

    /// <summary>The gradient's rows in use.</summary>
    public Matrix CurrentGradient => GradientOn(Rows);

    /// <summary>The value on the rows that another variable uses.</summary>
    public Matrix ValueOn(RowSet rows) => Value.RowRange(rows.Start, rows.Count);

    /// <summary>The gradient on the rows that another variable uses.</summary>
    public Matrix GradientOn(RowSet rows) => Gradient.RowRange(rows.Start, rows.Count);

    /// <summary>The same memory with other rows in use.</summary>
    public Variable On(RowSet rows) => new(rows, Value, Gradient, Accumulates);

    /// <summary>The same memory with a gradient that is accumulated, or one that is assigned.</summary>
    public Variable Accumulating(bool accumulates) => new(Rows, Value, Gradient, accumulates);

    /// <summary>The same memory for vectors of another width.</summary>
    public Variable InLanes(int lanes) => new(Rows, Value.InLanes(lanes), Gradient.InLanes(lanes), Accumulates);

    /// <summary>The same memory for vectors of at most a given width: its rows can be cut after any such vector.</summary>
    public Variable InLanesUpTo(int lanes) => Value.Lanes > lanes ? InLanes(lanes) : this;

    /// <summary>A range of fixed rows.</summary>
    public Variable RowRange(int start, int count) =>
        new(new RowSet(count), Value.RowRange(start, count), Gradient.RowRange(start, count), Accumulates);

    /// <summary>A range of columns; their gradient can be accumulated while the rest is assigned.</summary>
    public Variable ColumnRange(int start, int count, bool accumulates) =>
        new(Rows, Value.ColumnRange(start, count), Gradient.ColumnRange(start, count), accumulates);
}
