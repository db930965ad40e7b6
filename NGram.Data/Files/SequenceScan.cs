using NGram.Data.Files.Rows;
using NGram.Data.IO;
using NGram.Data.Text;

namespace NGram.Data.Files;

/// <summary>
/// A first pass over files: the tokens, the lengths and the number of their rows, and which first lines are headers.
/// </summary>
internal sealed class SequenceScan
{
    private readonly SequenceLoaderOptions options;
    private readonly TokenDiscovery? discovery;
    private readonly ITokenFinder tokens;
    private readonly List<bool?> headers = [];
    private readonly List<(int File, string Place, IReadOnlyList<string> Cells)> undecided = [];
    private int shortest = int.MaxValue;

    private SequenceScan(SequenceLoaderOptions options)
    {
        this.options = options;
        discovery = options.VocabularySize is null ? new() : null;
        tokens = (ITokenFinder?)discovery ?? new TokenTexts(options.VocabularySize!.Value, options.Texts);
    }

    /// <summary>Number of sequences.</summary>
    public long Sequences { get; private set; }

    /// <summary>How to read each of the files.</summary>
    public IReadOnlyList<SequenceFileOptions> Files { get; private set; } = [];

    /// <summary>Reads the files, or their first rows where no more are asked for.</summary>
    /// <exception cref="InvalidDataException">
    /// A row has no sequence, or there are no tokens to learn; the message names the file.
    /// </exception>
    public static SequenceScan Of(
        IReadOnlyList<string> paths, SequenceLoaderOptions options, ReadProgress progress, CancellationToken cancellation)
    {
        var scan = new SequenceScan(options);
        for (int file = 0; file < paths.Count; file++)
            scan.Read(paths[file], file, progress, cancellation);
        scan.DecideHeaders();
        scan.Conclude(string.Join(", ", paths));
        return scan;
    }

    /// <summary>What the passes over all files amount to.</summary>
    private void Conclude(string paths)
    {
        if (Sequences == 0)
            throw new InvalidDataException($"{paths}: the data has no rows.");
        Sequences = Math.Min(Sequences, options.Rows ?? long.MaxValue);
        var (size, texts) = discovery?.ToVocabulary() ?? (options.VocabularySize!.Value, options.Texts);
        if (size < 2)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{paths}: the data has {size} different token; a vocabulary needs 2."));
        }

        Files = headers.ConvertAll(header => new SequenceFileOptions
        {
            ContextWindow = options.ContextWindow ?? shortest,
            VocabularySize = size,
            Texts = texts,
            Windows = options.Windows,
            Header = header,
        });
    }

    private void Read(string path, int file, ReadProgress progress, CancellationToken cancellation)
    {
        // While the tokens are being discovered, a first line passes for a header; DecideHeaders looks at it again.
        bool? header = options.Header ?? (discovery is null ? null : true);
        using var rows = SequenceFile.Open(progress.Begin(InputFile.Open(path, cancellation)), path, tokens, header);
        headers.Add(options.Header);
        if (rows is DelimitedRows { Header: { } cells } delimited && options.Header is null)
        {
            headers[file] = true;
            if (discovery is not null && !delimited.HasNames)
                undecided.Add((file, delimited.HeaderPlace, cells));
        }
        while (!(Sequences >= options.Rows) && rows.Read())
        {
            if ((Sequences & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report();
            }
            Add(rows.Tokens.Length, rows);
        }
    }

    private void DecideHeaders()
    {
        bool areIds = undecided.Count > 0 && discovery!.AreIds;
        var lines = undecided
            .Where(line => line.Cells.Any(cell => areIds ? TokenTexts.IdOf(cell, int.MaxValue) >= 0 : discovery!.Has(cell)))
            .ToList();
        foreach (var (file, place, cells) in lines)
        {
            headers[file] = false;
            foreach (string? cell in cells)
                discovery!.Find(cell, () => place);
            Add(cells.Count, () => place);
        }
    }

    private void Add(int length, RowReader row) => Add(length, () => row.Place);

    private void Add(int length, Func<string> place)
    {
        int least = options.ContextWindow ?? options.LeastContextWindow;
        if (length < least)
            throw RowReader.TooShort(place(), length, least);
        shortest = Math.Min(shortest, length);
        Sequences += options.Windows ? length - least + 1 : 1;
    }
}
