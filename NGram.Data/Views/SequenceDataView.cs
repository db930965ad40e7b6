using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Distributions;
using NGram.Data.Sampling;

namespace NGram.Data.Views;

/// <summary>
/// Sequences as ML.NET sees them: <c>Context</c>, a vector of S keys, and <c>Label</c>, a key, both with the token ids
/// 0, ..., N - 1 or the tokens' texts as their KeyValues. Rows are drawn, or copied, block by block when a cursor comes to them; a shuffled cursor
/// permutes the blocks and the rows in each.
/// </summary>
public sealed class SequenceDataView : IDataView
{
    private readonly ISequenceSource source;
    private readonly TokenMatrix? matrix;

    /// <summary>The first <paramref name="rows"/> rows of a sampler.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative.</exception>
    public SequenceDataView(SequenceSampler sampler, long rows)
        : this(new SampledSequences(sampler ?? throw new ArgumentNullException(nameof(sampler))), rows) => Sampler = sampler;

    /// <summary>The rows of a matrix, which has at least two tokens a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row has one token: nothing to predict it from.</exception>
    public SequenceDataView(TokenMatrix matrix)
        : this(new HeldSequences(matrix ?? throw new ArgumentNullException(nameof(matrix))), matrix.Rows) => this.matrix = matrix;

    internal SequenceDataView(ISequenceSource source, long rows, IReadOnlyList<string>? texts = null)
    {
        Require.AtLeast(rows, 0, nameof(rows));
        Require.AtLeast(source.ContextWindow, 2, nameof(source.ContextWindow));
        this.source = source;
        Rows = rows;
        Schema = CreateSchema(source.ContextWindow, source.VocabularySize, texts is null ? KeyValues.OfTokenIds(source.VocabularySize) : KeyValues.OfTexts(texts));
    }

    /// <summary>What the rows are drawn by; null where they are held.</summary>
    public SequenceSampler? Sampler { get; }

    /// <summary>Number of rows.</summary>
    public long Rows { get; }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => true;

    /// <inheritdoc/>
    public long? GetRowCount() => Rows;

    /// <summary>All rows in order, without a cursor.</summary>
    /// <param name="threads">Threads to draw them with; null is one for each processor.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">They do not fit into memory.</exception>
    public TokenMatrix ToTokenMatrix(int? threads = null, CancellationToken cancellationToken = default)
    {
        if (matrix is not null)
            return matrix;
        MemoryBudget.Require((double)Rows * source.ContextWindow, sizeof(ushort), FormattableString.Invariant($"A matrix of {Rows} rows of {source.ContextWindow} tokens"));
        if (Sampler is not null)
            return Sampler.Sample((int)Rows, threads, cancellationToken);
        var tokens = new ushort[Rows * source.ContextWindow];
        source.Read(0, tokens);
        return new(tokens, source.ContextWindow, source.VocabularySize);
    }

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new SequenceCursor(this, source, columnsNeeded, SequenceOrder.Create(Rows, rand), first: 0, stride: 1);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Require.AtLeast(n, 1, nameof(n));
        var order = SequenceOrder.Create(Rows, rand);
        var columns = columnsNeeded.ToList();
        var count = (int)Math.Clamp(order.Blocks, 1, n);
        return [.. Enumerable.Range(0, count).Select(first => new SequenceCursor(this, source, columns, order, first, count))];
    }

    private static DataViewSchema CreateSchema(int contextWindow, int vocabularySize, DataViewSchema.Annotations values)
    {
        var key = new KeyDataViewType(typeof(uint), vocabularySize);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceColumns.Context, new VectorDataViewType(key, contextWindow - 1), values);
        schema.AddColumn(SequenceColumns.Label, key, values);
        return schema.ToSchema();
    }
}
