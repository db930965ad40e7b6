using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.Data.Views;

/// <summary>Slides a window over each row's tokens. A token that is missing stays missing: the key 0.</summary>
internal sealed class WindowCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor source;
    private readonly KeyReader reader;
    private readonly int promptLength;
    private readonly HashSet<int> active;
    private int[] tokens = new int[64];
    private int length;
    private int first = -1;
    private long position = -1;

    public WindowCursor(
        DataViewSchema schema,
        DataViewRowCursor source,
        DataViewSchema.Column column,
        int contextWindow,
        IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        this.source = source;
        reader = KeyReader.Create(source, column);
        promptLength = contextWindow - 1;
        active = [.. columnsNeeded.Select(needed => needed.Index)];
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public override long Position => position;

    /// <inheritdoc/>
    public override long Batch => 0;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        first++;
        while (first + promptLength >= length)
        {
            if (!source.MoveNext())
            {
                position = -1;
                return false;
            }
            length = reader.ReadAll(ref tokens);
            first = 0;
        }
        position++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        var rowId = source.GetIdGetter();
        return (ref DataViewRowId id) =>
        {
            rowId(ref id);
            // Two windows of one row differ.
            id = id.Combine(new DataViewRowId((ulong)first, 0));
        };
    }

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
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    private void GetContext(ref VBuffer<uint> value)
    {
        RequireRow();
        var editor = VBufferEditor.Create(ref value, promptLength);
        for (int i = 0; i < promptLength; i++)
            editor.Values[i] = (uint)(tokens[first + i] + 1);
        value = editor.Commit();
    }

    private void GetLabel(ref uint value)
    {
        RequireRow();
        value = (uint)(tokens[first + promptLength] + 1);
    }

    private void RequireRow()
    {
        if (position < 0)
            throw new InvalidOperationException("The cursor is not at a row: MoveNext was not called, or it returned false.");
    }
}
