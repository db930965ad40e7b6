using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.ML.Interchange.Stock;

/// <summary>
/// What a saved model's stock parts are fitted on: row k has the number k as a uint32 vector [1] and the label's key k, from 0
/// (missing) to the number of keys. Before them stands a column of Context's name and type, which is never read.
/// </summary>
internal sealed class KeyTable : IDataView
{
    private readonly DataViewSchema.Column number, label;
    private readonly int keys;

    /// <summary>A table of the keys of <paramref name="label"/>.</summary>
    public KeyTable(KeyColumn context, KeyColumn label, string numberName, string labelName)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(context.Name, new VectorDataViewType(context.Type, context.VectorSize!.Value));
        builder.AddColumn(numberName, new VectorDataViewType(NumberDataViewType.UInt32, 1));
        builder.AddColumn(labelName, label.Type, label.Annotations);
        Schema = builder.ToSchema();
        (number, this.label) = (Schema[1], Schema[2]);
        keys = label.Count;
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <inheritdoc/>
    public long? GetRowCount() => keys + 1;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new Cursor(this)];

    private sealed class Cursor(KeyTable table) : DataViewRowCursor
    {
        private long position = -1;

        public override DataViewSchema Schema => table.Schema;

        public override long Position => position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index != 0;

        public override bool MoveNext() => ++position <= table.keys;

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Index == table.number.Index ? (ValueGetter<VBuffer<uint>>)GetNumber
                : table.label.Type.RawType == typeof(uint) ? (ValueGetter<uint>)GetKey
                : table.label.Type.RawType == typeof(ushort) ? (ValueGetter<ushort>)GetKey
                : table.label.Type.RawType == typeof(byte) ? (ValueGetter<byte>)GetKey
                : (ValueGetter<ulong>)GetKey;
            return (ValueGetter<TValue>)getter;
        }

        private void GetNumber(ref VBuffer<uint> destination)
        {
            var editor = VBufferEditor.Create(ref destination, 1);
            editor.Values[0] = (uint)position;
            destination = editor.Commit();
        }

        private void GetKey<T>(ref T destination) where T : IBinaryInteger<T> => destination = T.CreateTruncating(position);
    }
}
