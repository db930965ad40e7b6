using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Prediction;

namespace NGram.ML.Estimators.Scoring;

/// <summary>
/// A view with predictions, computed a block of rows at a time: what else is asked for of these rows is read with them. Of a set
/// of cursors each computes its own blocks, so that several threads predict at once.
/// </summary>
internal sealed class ScoredDataView : IDataView
{
    private readonly IPromptMapper mapper;
    private readonly IDataView input;

    public ScoredDataView(IPromptMapper mapper, IDataView input)
    {
        this.mapper = mapper;
        this.input = input;
        Schema = mapper.GetOutputSchema(input.Schema);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = Indices(columnsNeeded);
        return new Cursor(this, new RowSource(input.GetRowCursor(Read(active), rand), users: 1), active);
    }

    /// <remarks>As many as asked for, whatever the input gives: where that is another number, all read from one cursor.</remarks>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = Indices(columnsNeeded);
        var own = input.GetRowCursorSet(Read(active), n, rand);
        if (own.Length == n)
            return [.. own.Select(cursor => new Cursor(this, new RowSource(cursor, users: 1), active))];
        RowSource shared;
        if (own.Length == 1)
        {
            shared = new RowSource(own[0], n);
        }
        else
        {
            Array.ForEach(own, cursor => cursor.Dispose());
            shared = new RowSource(input.GetRowCursor(Read(active), rand), n);
        }
        return [.. Enumerable.Range(0, n).Select(_ => new Cursor(this, shared, active))];
    }

    private static HashSet<int> Indices(IEnumerable<DataViewSchema.Column> columns) =>
        [.. columns.Select(column => column.Index)];

    private bool Scores(HashSet<int> active) => active.Any(index => index >= input.Schema.Count);

    /// <summary>The input's columns that are asked for, and Context where something is computed.</summary>
    private IEnumerable<DataViewSchema.Column> Read(HashSet<int> active) => input.Schema.Where(column =>
        active.Contains(column.Index) || Scores(active) && column.Index == input.Schema[mapper.ContextColumn].Index);

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly ScoredDataView view;
        private readonly RowSource source;
        private readonly HashSet<int> active;
        private readonly Dictionary<int, BufferedColumn> passed;
        private readonly PromptBatch? batch;
        private readonly KeyReader? prompt;
        private readonly ValueGetter<DataViewRowId> readId;
        private readonly DataViewRowId[] ids = new DataViewRowId[IPredictor.BatchRows];
        private readonly long[] batches = new long[IPredictor.BatchRows];
        private int row, count;
        private long position = -1;
        private bool ended, disposed;

        public Cursor(ScoredDataView view, RowSource source, HashSet<int> active)
        {
            (this.view, this.source, this.active) = (view, source, active);
            var (cursor, schema) = (source.Cursor, view.input.Schema);
            passed = active.Where(index => index < schema.Count).ToDictionary(
                index => index,
                index => BufferedColumn.Create(cursor, schema[index], IPredictor.BatchRows));
            readId = cursor.GetIdGetter();
            if (!view.Scores(active))
                return;
            batch = view.mapper.CreateBatch(schema, IPredictor.BatchRows);
            prompt = KeyReader.Create(cursor, schema[view.mapper.ContextColumn]);
        }

        public override DataViewSchema Schema => view.Schema;

        public override long Position => position;

        public override long Batch => position < 0 ? 0 : batches[row];

        public override bool MoveNext()
        {
            if (ended)
                return false;
            if (++row >= count)
                ReadBlock();
            if (count == 0)
            {
                (ended, position) = (true, -1);
                return false;
            }
            position++;
            return true;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the cursor was made.");
            return passed.TryGetValue(column.Index, out var values)
                ? values.CreateGetter<TValue>(CurrentRow, column)
                : batch!.CreateGetter<TValue>(CurrentRow, column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = ids[CurrentRow()];

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        protected override void Dispose(bool disposing)
        {
            if (disposing && !disposed)
                source.Release();
            disposed = true;
            base.Dispose(disposing);
        }

        private int CurrentRow() => position >= 0
            ? row
            : throw new InvalidOperationException("The cursor is not at a row: MoveNext was not called, or it returned false.");

        private void ReadBlock()
        {
            (row, count) = (0, 0);
            batch?.Clear();
            lock (source.Key)
            {
                long block = source.NextBlock();
                for (; count < ids.Length && source.Cursor.MoveNext(); count++)
                {
                    batch?.Add(prompt!);
                    foreach (var column in passed.Values)
                        column.Read(count);
                    readId(ref ids[count]);
                    batches[count] = source.IsShared ? block : source.Cursor.Batch;
                }
            }
            batch?.Compute();
        }
    }
}
