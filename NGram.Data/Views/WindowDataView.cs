using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Laws;

namespace NGram.Data.Views;

/// <summary>
/// The windows of the token sequences in a column of keys: from every place of a row's sequence one row with its S tokens as
/// <c>Context</c> and the token after them as <c>Label</c>. A row of L tokens gives max(0, L - S) of them; no window goes across
/// the end of a row. Rows are read while they are asked for: nothing is kept.
/// </summary>
internal sealed class WindowDataView : IDataView
{
    private readonly IDataView source;
    private readonly DataViewSchema.Column column;
    private readonly int contextWindow;

    /// <param name="source">Rows with sequences of tokens.</param>
    /// <param name="columnName">A vector of keys, of any length.</param>
    /// <param name="contextWindow">S + 1, at least 2.</param>
    /// <exception cref="ArgumentException">The column is missing or not a vector of keys.</exception>
    public WindowDataView(IDataView source, string columnName, int contextWindow)
    {
        Require.AtLeast(contextWindow, 2, nameof(contextWindow));
        this.source = source;
        this.contextWindow = contextWindow;
        column = source.Schema[columnName];
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType key })
        {
            throw new ArgumentException(
                $"The column '{columnName}' is {column.Type}; it must be a vector of keys.",
                nameof(columnName));
        }

        Require.InRange(key.Count, 1UL, (ulong)NGramLaw.LargestVocabulary, $"The number of keys of column '{columnName}'");
        var (_, values) = KeyValues.Read(column, (int)key.Count);
        var token = new KeyDataViewType(typeof(uint), key.Count);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceColumns.Context, new VectorDataViewType(token, contextWindow - 1), values);
        schema.AddColumn(SequenceColumns.Label, token, values);
        Schema = schema.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <summary>Unknown until all rows are read.</summary>
    public long? GetRowCount() => null;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new WindowCursor(Schema, source.GetRowCursor([column]), column, contextWindow, columnsNeeded);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
