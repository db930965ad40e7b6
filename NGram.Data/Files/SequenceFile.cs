using NGram.Data.Checks;
using NGram.Data.Files.Rows;
using NGram.Data.IO;
using NGram.Data.Sequences;
using NGram.Data.Text;

namespace NGram.Data.Files;

/// <summary>
/// Sequences from CSV, TSV (.tsv, .tab), JSON lines (.jsonl, .ndjson, .json) and Parquet (.parquet) files, block by block: memory
/// grows with the longest row, not with their number.
/// </summary>
internal static class SequenceFile
{
    /// <summary>Rows of a block, at most.</summary>
    public const int BlockRows = 1 << 16;

    /// <summary>Reads a file, which stays open while the blocks are enumerated.</summary>
    /// <param name="path">The file; its extension tells the format, CSV where it is another.</param>
    /// <param name="options">How rows become sequences.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">A row has no sequence; the message names file, line and what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<TokenMatrix> Read(
        string path,
        SequenceFileOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return Read(() => InputFile.Open(path, cancellationToken), path, options, cancellationToken);
    }

    /// <summary>Reads a stream, such as the standard input.</summary>
    /// <inheritdoc cref="Read(string, SequenceFileOptions, CancellationToken)"/>
    /// <param name="open">Opens the stream, which is closed at the end.</param>
    /// <param name="path">Its name, for the format and for messages.</param>
    /// <param name="options">How rows become sequences.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static IEnumerable<TokenMatrix> Read(
        Func<Stream> open,
        string path,
        SequenceFileOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(options);
        Require.Argument(options.Validate, nameof(options));
        return Blocks(open, path, options, cancellationToken);
    }

    private static IEnumerable<TokenMatrix> Blocks(
        Func<Stream> open,
        string path,
        SequenceFileOptions options,
        CancellationToken cancellation)
    {
        using var rows = Open(open(), path, new TokenTexts(options.VocabularySize, options.Texts), options.Header);
        int window = options.ContextWindow;
        var block = new List<ushort>(BlockRows);
        while (rows.Read())
        {
            for (int begin = rows.FirstSequence(window, options.Windows); begin <= rows.Tokens.Length - window; begin++)
            {
                block.AddRange(rows.Tokens.Slice(begin, window));
                if (block.Count < BlockRows * window)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                yield return new([.. block], window, options.VocabularySize);
                block.Clear();
            }
        }
        if (block.Count > 0)
            yield return new([.. block], window, options.VocabularySize);
    }

    /// <summary>The rows of a stream, whose name's extension tells the format.</summary>
    internal static RowReader Open(Stream stream, string path, ITokenFinder tokens, bool? header) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".tsv" or ".tab" => DelimitedRows.Open(stream, path, '\t', tokens, header),
            ".jsonl" or ".ndjson" or ".json" => new JsonRows(stream, path, tokens),
            ".parquet" => new ParquetRows(stream, path, tokens),
            _ => DelimitedRows.Open(stream, path, ',', tokens, header),
        };
}
