using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Prediction;

namespace NGram.ML.Estimators.Scoring;

/// <summary>
/// A view with predictions, scored in batches: one cursor reads ahead for the scorer, another passes the input's columns on.
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
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        // Both cursors must see one order: the same seed for each.
        int? seed = rand?.Next();
        Random? NewRandom() => seed is { } value ? new Random(value) : null;
        var passed = input.GetRowCursor(input.Schema.Where(column => needed.Contains(column.Index)), NewRandom());
        bool scores = needed.Any(index => index >= input.Schema.Count);
        return new Cursor(this, passed, needed, scores ? OpenContext(NewRandom()) : null);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private DataViewRowCursor OpenContext(Random? random) => input.GetRowCursor([input.Schema[mapper.ContextColumn]], random);

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly ScoredDataView view;
        private readonly DataViewRowCursor passed;
        private readonly HashSet<int> active;
        private readonly DataViewRowCursor? ahead;
        private readonly PromptBatch? batch;
        private readonly KeyReader? prompt;
        private int row = -1;

        public Cursor(ScoredDataView view, DataViewRowCursor passed, HashSet<int> active, DataViewRowCursor? ahead)
        {
            this.view = view;
            this.passed = passed;
            this.active = active;
            this.ahead = ahead;
            if (ahead is null)
                return;
            batch = view.mapper.CreateBatch(view.input.Schema, IPredictor.BatchRows);
            prompt = KeyReader.Create(ahead, view.input.Schema[view.mapper.ContextColumn]);
        }

        public override DataViewSchema Schema => view.Schema;

        public override long Position => passed.Position;

        public override long Batch => passed.Batch;

        public override bool MoveNext()
        {
            if (batch is not null && ++row >= batch.Count)
                ScoreNextBatch();
            return passed.MoveNext();
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the cursor was made.");
            return column.Index < view.input.Schema.Count
                ? passed.GetGetter<TValue>(view.input.Schema[column.Index])
                : batch!.CreateGetter<TValue>(() => row, column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => passed.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                passed.Dispose();
                ahead?.Dispose();
            }
            base.Dispose(disposing);
        }

        private void ScoreNextBatch()
        {
            batch!.Clear();
            while (!batch.IsFull && ahead!.MoveNext())
                batch.Add(prompt!);
            batch.Compute();
            row = 0;
        }
    }
}
