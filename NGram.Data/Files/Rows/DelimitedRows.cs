using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using NGram.Data.Text;

namespace NGram.Data.Files.Rows;

/// <summary>
/// Lines of cells, as CSV (RFC 4180) or TSV has them: the cells of a line are its tokens, or those under token0, token1, ... of a
/// header.
/// </summary>
internal sealed class DelimitedRows : RowReader
{
    // A quoted cell may have lines of its own, and no end.
    private const int LongestCell = 1 << 28;

    private readonly string path;
    private readonly ITokenFinder texts;
    private readonly CsvParser parser;

    // Places of the tokens' cells; null: all cells of a line are tokens.
    private int[]? columns;

    // The first line was read to see whether it is a header, and is a row.
    private bool isHeld;

    private DelimitedRows(Stream stream, string path, char delimiter, ITokenFinder texts)
    {
        this.path = path;
        this.texts = texts;
        parser = new(
            new StreamReader(new CheckedUtf8Stream(stream, path), bufferSize: 1 << 16),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = delimiter.ToString(),
                BadDataFound = null,
                BufferSize = 1 << 16,
                MaxFieldSize = LongestCell,
            });
    }

    /// <summary>The cells of the header; null if there is none.</summary>
    public IReadOnlyList<string>? Header { get; private set; }

    /// <summary>The header's file and line, for messages.</summary>
    public string HeaderPlace { get; private set; } = "";

    /// <inheritdoc/>
    public override string Place => FormattableString.Invariant($"{path}, line {parser.RawRow}");

    /// <summary>Opens the rows of a stream, and reads its first line to see whether it is a header.</summary>
    /// <param name="stream">Closed with the rows.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="delimiter">What stands between two cells.</param>
    /// <param name="texts">Tells what is a token.</param>
    /// <param name="header">Whether the first line is a header; null: it is if no cell of it is a token.</param>
    /// <exception cref="InvalidDataException">The first line is not CSV, or the header lacks a column.</exception>
    public static DelimitedRows Open(Stream stream, string path, char delimiter, ITokenFinder texts, bool? header)
    {
        var rows = new DelimitedRows(stream, path, delimiter, texts);
        try
        {
            rows.ReadHeader(header);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => parser.Dispose();

    /// <inheritdoc/>
    protected override bool ReadRow()
    {
        if (!isHeld && !ReadLine())
            return false;
        isHeld = false;
        if (columns is null)
        {
            for (int cell = 0; cell < parser.Count; cell++)
                Add(texts.Find(parser[cell], () => Place));
            return true;
        }
        foreach (int column in columns)
        {
            if (column >= parser.Count)
                throw Fault(FormattableString.Invariant($"there are {parser.Count} cells, too few for the header's columns."));
            Add(texts.Find(parser[column], () => Place));
        }
        return true;
    }

    private void ReadHeader(bool? header)
    {
        isHeld = ReadLine();
        if (!isHeld)
            return;
        string[] cells = [.. Enumerable.Range(0, parser.Count).Select(cell => parser[cell])];
        if (!(header ?? !cells.Any(cell => texts.Has(cell))))
            return;
        (Header, HeaderPlace, isHeld) = (cells, Place, false);
        columns = TokenColumns.Find([.. cells.Select(name => name.Trim())], path);
        HasNames = columns is not null;
    }

    private bool ReadLine()
    {
        try
        {
            int line = parser.RawRow + 1;
            if (!parser.Read())
                return false;
            // A cell of several lines is quoted; without an end it would have taken the rest of the file.
            if (parser.RawRow != line && parser.RawRecord.Count(character => character == '"') % 2 != 0)
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"{path}, line {line}: the quote of a cell is never closed."));
            }

            return true;
        }
        catch (CsvHelperException exception)
        {
            throw Fault("the line is not valid CSV.", exception);
        }
    }
}
