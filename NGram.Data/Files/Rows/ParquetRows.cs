using System.Globalization;
using NGram.Data.Text;
using NGram.Data.Views;
using Parquet;
using Parquet.Schema;

namespace NGram.Data.Files.Rows;

/// <summary>
/// The rows of a Parquet file, one row group in memory at a time: columns token0, token1, ... or the list Context and Label.
/// </summary>
internal sealed class ParquetRows : RowReader
{
    // The library never comes to the end of a description that is cut within a number; a good one takes milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A group is in memory whole. Writers make groups of about a million rows.
    private const long LargestGroup = 1 << 24;

    private readonly string path;
    private readonly ITokenFinder texts;
    private readonly Stream stream;
    private readonly ParquetReader reader;
    private readonly DataField[] fields;
    private ParquetTokens[] columns = [];
    private int group;
    private long row;
    private long left;

    public ParquetRows(Stream stream, string path, ITokenFinder texts)
    {
        this.path = path;
        this.stream = stream;
        this.texts = texts;
        reader = Guard(() =>
            Task.Run(() => ParquetReader.CreateAsync(stream, null, true, CancellationToken.None)).WaitAsync(Patience));
        fields = Guard(() => Task.FromResult(Fields()));
    }

    /// <inheritdoc/>
    public override string Place => FormattableString.Invariant($"{path}, row {row}");

    /// <inheritdoc/>
    public override void Dispose()
    {
        reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        stream.Dispose();
    }

    /// <inheritdoc/>
    protected override bool ReadRow()
    {
        while (left == 0)
        {
            if (group == reader.RowGroupCount)
                return false;
            OpenGroup();
        }
        row++;
        left--;
        foreach (var column in columns)
        {
            foreach (int token in column.Next())
                Add(token >= 0 ? (ushort)token : throw Fault("a token is missing."));
        }
        return true;
    }

    private DataField[] Fields()
    {
        var all = reader.Schema.GetDataFields();
        string[] names = [.. all.Select(field => field.Path.FirstPart ?? field.Name)];
        HasNames = true;
        if (TokenColumns.Find(names, path) is { } places)
            return Array.ConvertAll(places, place => all[place]);
        DataField Find(string name) => Array.IndexOf(names, name) is var place and >= 0
            ? all[place]
            : throw new InvalidDataException($"{path}: the column {name} is missing; there are {string.Join(", ", names)}.");
        HasNames = false;
        return [Find(SequenceColumns.Context), Find(SequenceColumns.Label)];
    }

    private void OpenGroup()
    {
        using var rows = Guard(() => Task.FromResult(reader.OpenRowGroupReader(group++)));
        left = rows.RowCount;
        if (left * fields.Length > LargestGroup)
        {
            throw Fault(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a row group has {left} rows of {fields.Length} columns, more than {LargestGroup} values; "
                    + $"write smaller ones."));
        }
        columns = Array.ConvertAll(
            fields,
            field =>
            {
                using var data = Guard(() => rows.ReadRawColumnDataBaseAsync(field, CancellationToken.None).AsTask());
                var tokens = Guard(() =>
                    Task.FromResult(
                        ParquetTokens.Of(
                            field,
                            data,
                            texts,
                            entry => FormattableString.Invariant($"{path}, column {field.Path}, entry {row + entry + 1}"))));
                return tokens.Rows == left
                    ? tokens
                    : throw Fault(
                        FormattableString.Invariant(
                            $"the column {field.Path} has {tokens.Rows} rows where the file speaks of {left}."));
            });
    }

    /// <summary>The library's own faults, whatever they are, mean that the file is not Parquet.</summary>
    private T Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (TimeoutException exception)
        {
            throw new InvalidDataException(
                $"{path} is not a Parquet file that can be read: the description at its end has no end.",
                exception);
        }
        catch (Exception exception)
            when (exception is not OutOfMemoryException && !exception.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path} is not a Parquet file that can be read: {exception.Message}", exception);
        }
    }
}
