using NGram.Data.Checks;
using NGram.Data.IO;
using NGram.Data.Sequences;
using NGram.Data.Text;
using NGram.Data.Views;

namespace NGram.Data.Files;

/// <summary>Files of rows as one matrix of tokens in memory.</summary>
internal static class SequenceLoader
{
    /// <summary>Reads the files, in their order.</summary>
    public static SequenceDataView Load(
        IReadOnlyList<string> paths,
        SequenceLoaderOptions options,
        CancellationToken cancellation)
    {
        Require.Argument(options.Validate, nameof(options));
        var progress = new ReadProgress(options.Progress, paths, passes: 2);
        var scan = SequenceScan.Of(paths, options, progress, cancellation);
        var first = scan.Files[0];
        int window = first.ContextWindow;
        MemoryBudget.Require(
            (double)scan.Sequences * window,
            sizeof(ushort),
            FormattableString.Invariant($"The data of {scan.Sequences} sequences of {window} tokens"));
        ushort[] tokens = new ushort[scan.Sequences * window];
        var free = tokens.AsSpan();
        for (int file = 0; file < paths.Count && free.Length > 0; file++)
            Fill(ref free, paths[file], scan.Files[file], progress, cancellation);
        return free.Length == 0
            ? new(new TokenMatrix(tokens, window, first.VocabularySize), first.Texts)
            : throw new IOException($"{string.Join(", ", paths)}: the data changed while it was being read.");
    }

    private static void Fill(
        ref Span<ushort> free,
        string path,
        SequenceFileOptions options,
        ReadProgress progress,
        CancellationToken cancellation)
    {
        using var rows = SequenceFile.Open(
            progress.Begin(InputFile.Open(path, cancellation)),
            path,
            new TokenTexts(options.VocabularySize, options.Texts),
            options.Header);
        int window = options.ContextWindow;
        for (int row = 0; free.Length > 0 && rows.Read(); row++)
        {
            if ((row & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report();
            }
            for (
                int begin = rows.FirstSequence(window, options.Windows);
                free.Length > 0 && begin <= rows.Tokens.Length - window;
                begin++)
            {
                rows.Tokens.Slice(begin, window).CopyTo(free);
                free = free[window..];
            }
        }
    }
}
