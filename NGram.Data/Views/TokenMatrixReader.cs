using Microsoft.ML;
using NGram.Data.Keys;
using NGram.Data.Sequences;

namespace NGram.Data.Views;

/// <summary>Any IDataView with the two columns, read once into a token matrix.</summary>
internal sealed class TokenMatrixReader
{
    private readonly string contextColumn;
    private readonly string labelColumn;

    /// <summary>A reader of the two columns.</summary>
    public TokenMatrixReader(string contextColumn = SequenceColumns.Context, string labelColumn = SequenceColumns.Label)
    {
        this.contextColumn = contextColumn;
        this.labelColumn = labelColumn;
    }

    /// <summary>Rows left out of the last <see cref="Read"/> because a key was missing or no token of the vocabulary.</summary>
    public int SkippedRows { get; private set; }

    /// <summary>
    /// The data itself where it is a view of sequences whose keys are the vocabulary's tokens already; null elsewhere.
    /// </summary>
    public SequenceDataView? AsSequences(IDataView data, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return
            data is SequenceDataView own
            && contextColumn == SequenceColumns.Context
            && labelColumn == SequenceColumns.Label
            && vocabulary
                .TokensOf(KeyColumn.Find(own.Schema, contextColumn, isVector: true))
                .AsSpan()
                .SequenceEqual(Enumerable.Range(0, vocabulary.Size).ToArray())
            ? own
            : null;
    }

    /// <summary>Reads all rows, in order.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array holds, or none.</exception>
    public TokenMatrix Read(IDataView data, Vocabulary vocabulary, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(vocabulary);
        SkippedRows = 0;
        var context = KeyColumn.Find(data.Schema, contextColumn, isVector: true);
        var label = KeyColumn.Find(data.Schema, labelColumn, isVector: false);
        KeyMap contextTokens = new(vocabulary.TokensOf(context)), labelTokens = new(vocabulary.TokensOf(label));
        if (AsSequences(data, vocabulary) is { } own)
            return own.Rows > 0 ? own.ToTokenMatrix(cancellationToken: cancellationToken) : throw NoRows();
        int prompt = context.VectorSize!.Value, window = prompt + 1;
        int[] keys = new int[window];
        ushort[] tokens = new ushort[Math.Max(1, data.GetRowCount() ?? 1024) * window];
        long length = 0;
        using var cursor = data.GetRowCursor([data.Schema[contextColumn], data.Schema[labelColumn]]);
        var readContext = KeyReader.Create(cursor, data.Schema[contextColumn]);
        var readLabel = KeyReader.Create(cursor, data.Schema[labelColumn]);
        while (cursor.MoveNext())
        {
            if ((length & 0xFFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (length + window > tokens.Length)
            {
                Array.Resize(
                    ref tokens,
                    checked((int)Math.Min(Array.MaxLength / window * (long)window, Math.Max(2L * tokens.Length, length + window)))
                );
            }

            readContext.Read(keys.AsSpan(0, prompt));
            readLabel.Read(keys.AsSpan(prompt));
            var row = tokens.AsSpan((int)length, window);
            if (contextTokens.TryMap(keys.AsSpan(0, prompt), row) && labelTokens.TryMap(keys.AsSpan(prompt), row[prompt..]))
                length += window;
            else
                SkippedRows++;
        }
        if (length == 0)
        {
            throw SkippedRows == 0
                ? NoRows()
                : new InvalidOperationException(
                    $"All {SkippedRows} rows have a missing or unknown key in '{contextColumn}' or '{labelColumn}'.");
        }

        Array.Resize(ref tokens, (int)length);
        return new TokenMatrix(tokens, window, vocabulary.Size);
    }

    private static InvalidOperationException NoRows() => new("The data has no rows.");
}
