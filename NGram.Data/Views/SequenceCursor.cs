using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.Data.Sequences;

namespace NGram.Data.Views;

/// <summary>Reads every <paramref name="stride"/>-th block of an order; <see cref="Batch"/> is the block's place in it.</summary>
internal sealed class SequenceCursor(
    SequenceDataView view,
    ISequenceSource source,
    IEnumerable<DataViewSchema.Column> columns,
    SequenceOrder order,
    long first,
    int stride
) : DataViewRowCursor
{
    private readonly HashSet<int> active = [.. columns.Select(column => column.Index)];
    private readonly int window = source.ContextWindow;
    private readonly ushort[] tokens = new ushort[SequenceSampler.BlockRows * source.ContextWindow];
    private readonly int[] rowOrder = new int[SequenceSampler.BlockRows];
    private long place = first - stride;
    private long firstRow;
    private long position = -1;
    private int rows;
    private int next;
    private bool ended;

    /// <inheritdoc/>
    public override long Position => position;

    /// <inheritdoc/>
    public override long Batch => place;

    /// <inheritdoc/>
    public override DataViewSchema Schema => view.Schema;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (ended)
            return false;
        if (next == rows && !NextBlock())
        {
            ended = true;
            position = -1;
            return false;
        }
        next++;
        position++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"The column {column.Name} was not asked for when the cursor was made.");
        Delegate getter =
            column.Name == SequenceColumns.Context ? (ValueGetter<VBuffer<uint>>)GetContext : (ValueGetter<uint>)GetLabel;
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"The column {column.Name} has values of type {column.Type.RawType.Name}, not {typeof(TValue).Name}.");
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new((ulong)(firstRow + CurrentRow()), 0);

    private bool NextBlock()
    {
        place += stride;
        if (place >= order.Blocks)
            return false;
        (firstRow, rows) = order.BlockAt(place);
        next = 0;
        order.CopyRowOrder(place, rowOrder.AsSpan(0, rows));
        source.Read(firstRow, tokens.AsSpan(0, rows * window));
        return true;
    }

    private int CurrentRow() => position >= 0
        ? rowOrder[next - 1]
        : throw new InvalidOperationException("The cursor is not at a row: MoveNext was not called, or it returned false.");

    private void GetContext(ref VBuffer<uint> value)
    {
        var row = tokens.AsSpan(CurrentRow() * window, window - 1);
        var editor = VBufferEditor.Create(ref value, row.Length);
        for (int i = 0; i < row.Length; i++)
            editor.Values[i] = TokenKey.Of(row[i]);
        value = editor.Commit();
    }

    private void GetLabel(ref uint value) => value = TokenKey.Of(tokens[(CurrentRow() + 1) * window - 1]);
}
