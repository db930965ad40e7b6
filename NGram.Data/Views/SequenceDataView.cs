using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Keys;
using NGram.Data.Sequences;

namespace NGram.Data.Views;

/// <summary>
/// Sequences as ML.NET sees them: <c>Context</c>, a vector of S keys, and <c>Label</c>, a key, both with the token ids
/// 0, ..., N - 1 or the tokens' texts as their KeyValues. Rows are drawn, or copied, block by block when a cursor comes to them;
/// a shuffled cursor
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
    /// <param name="matrix">The rows.</param>
    /// <param name="texts">What each of the N tokens stands for: the KeyValues; null: their ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row has one token: nothing to predict it from; or there are not N texts.
    /// </exception>
    public SequenceDataView(TokenMatrix matrix, IReadOnlyList<string>? texts = null)
        : this(new HeldSequences(matrix ?? throw new ArgumentNullException(nameof(matrix))), matrix.Rows, texts) =>
        this.matrix = matrix;

    internal SequenceDataView(ISequenceSource source, long rows, IReadOnlyList<string>? texts = null)
    {
        Require.AtLeast(rows, 0, nameof(rows));
        Require.AtLeast(source.ContextWindow, 2, nameof(source.ContextWindow));
        if (texts is not null)
        {
            Require.That(
                texts.Count == source.VocabularySize,
                $"{nameof(texts)}.Count",
                texts.Count,
                FormattableString.Invariant($"{source.VocabularySize}, the vocabulary size"));
        }

        this.source = source;
        Rows = rows;
        Texts = texts;
        Schema = CreateSchema(
            source.ContextWindow,
            source.VocabularySize,
            texts is null ? KeyValues.OfTokenIds(source.VocabularySize) : KeyValues.OfTexts(texts));
    }

    /// <summary>What the rows are drawn by; null if they are held.</summary>
    public SequenceSampler? Sampler { get; private init; }

    /// <summary>Whether the rows are a matrix in memory already.</summary>
    public bool IsHeld => matrix is not null;

    /// <summary>Number of rows.</summary>
    public long Rows { get; }

    /// <summary>Tokens of a row: Context's and Label.</summary>
    public int ContextWindow => source.ContextWindow;

    /// <summary>N: number of different tokens.</summary>
    public int VocabularySize => source.VocabularySize;

    /// <summary>What each of the N tokens stands for; null if that is its id.</summary>
    public IReadOnlyList<string>? Texts { get; }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => true;

    /// <inheritdoc/>
    public long? GetRowCount() => Rows;

    /// <summary>The first rows alone.</summary>
    /// <param name="rows">How many, where there are so many.</param>
    public SequenceDataView Take(long rows) => rows >= Rows ? this : new(source, rows, Texts) { Sampler = Sampler };

    /// <summary>Writes consecutive rows, token ids row after row, without a cursor.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="tokens">Receives as many whole rows as it has place for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer rows from there on.</exception>
    public void Read(long firstRow, Span<ushort> tokens)
    {
        Require.InRange(firstRow, 0, Rows - tokens.Length / ContextWindow, nameof(firstRow));
        source.Read(firstRow, tokens[..(tokens.Length / ContextWindow * ContextWindow)]);
    }

    /// <summary>All rows in order, block by block.</summary>
    /// <param name="rows">Rows of a block, at least 1; the last may have fewer.</param>
    public IEnumerable<TokenMatrix> Blocks(int rows)
    {
        Require.AtLeast(rows, 1, nameof(rows));
        for (long first = 0L; first < Rows; first += rows)
        {
            ushort[] tokens = new ushort[Math.Min(rows, Rows - first) * ContextWindow];
            source.Read(first, tokens);
            yield return new(tokens, ContextWindow, VocabularySize);
        }
    }

    /// <summary>All rows in order, without a cursor.</summary>
    /// <param name="threads">Threads to draw them with; null is one for each processor.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">They do not fit into memory.</exception>
    public TokenMatrix ToTokenMatrix(int? threads = null, CancellationToken cancellationToken = default)
    {
        if (matrix is not null)
            return matrix;
        MemoryBudget.Require(
            (double)Rows * source.ContextWindow,
            sizeof(ushort),
            FormattableString.Invariant($"A matrix of {Rows} rows of {source.ContextWindow} tokens"));
        if (Sampler is not null)
            return Sampler.Sample((int)Rows, threads, cancellationToken);
        ushort[] tokens = new ushort[Rows * source.ContextWindow];
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
        int count = (int)Math.Clamp(order.Blocks, 1, n);
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
