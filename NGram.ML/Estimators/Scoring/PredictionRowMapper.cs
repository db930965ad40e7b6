using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.ML.Estimators.Scoring;

/// <summary>Predictions for one row at a time: what a PredictionEngine asks for.</summary>
internal sealed class PredictionRowMapper : IRowToRowMapper
{
    private readonly IPromptMapper promptMapper;

    public PredictionRowMapper(IPromptMapper promptMapper, DataViewSchema inputSchema)
    {
        this.promptMapper = promptMapper;
        InputSchema = inputSchema;
        OutputSchema = promptMapper.GetOutputSchema(inputSchema);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.ToArray();
        var passed = needed.Where(column => column.Index < InputSchema.Count).Select(column => InputSchema[column.Index]);
        return needed.Any(column => column.Index >= InputSchema.Count)
            ? passed.Append(InputSchema[promptMapper.ContextColumn]).Distinct()
            : passed;
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Row(this, input, [.. activeColumns.Select(column => column.Index)]);

    private sealed class Row : DataViewRow
    {
        private readonly PredictionRowMapper mapper;
        private readonly DataViewRow input;
        private readonly HashSet<int> active;
        private readonly PromptBatch? batch;
        private readonly KeyReader? prompt;
        private long computedPosition = -1;

        public Row(PredictionRowMapper mapper, DataViewRow input, HashSet<int> active)
        {
            this.mapper = mapper;
            this.input = input;
            this.active = active;
            if (!active.Any(index => index >= mapper.InputSchema.Count))
                return;
            batch = mapper.promptMapper.CreateBatch(mapper.InputSchema, batchSize: 1);
            prompt = KeyReader.Create(input, mapper.InputSchema[mapper.promptMapper.ContextColumn]);
        }

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the row was made.");
            return column.Index < mapper.InputSchema.Count
                ? input.GetGetter<TValue>(mapper.InputSchema[column.Index])
                : batch!.CreateGetter<TValue>(ComputedRow, column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Computes the current row once, whichever columns are read.</summary>
        private int ComputedRow()
        {
            if (computedPosition != input.Position)
            {
                batch!.Clear();
                batch.Add(prompt!);
                batch.Compute();
                computedPosition = input.Position;
            }
            return 0;
        }
    }
}
