using System.Diagnostics;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.IO;
using NGram.Data.Sequences;

namespace NGram.Cli.Sample;

/// <summary>Sequences as CSV: a header token0,token1,... and a line of token ids for each; UTF-8.</summary>
internal static class SequenceCsv
{
    private const int ChunkRows = 4096;

    /// <summary>Samples and writes chunk by chunk: memory does not grow with the rows.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two chunks.</exception>
    public static void Write(
        Stream stream,
        SequenceSampler sampler,
        int rows,
        IProgress<ProgressStep>? progress,
        CancellationToken cancellation)
    {
        int window = sampler.ContextWindow;
        var csv = new CsvBuffer(stream);
        WriteHeader(csv, window);
        ushort[] tokens = new ushort[Math.Min(rows, ChunkRows) * window];
        var watch = Stopwatch.StartNew();
        for (int first = 0; first < rows; first += ChunkRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var chunk = tokens.AsSpan(0, Math.Min(ChunkRows, rows - first) * window);
            sampler.Fill(first, chunk);
            WriteRows(csv, chunk, window);
            progress?.Report(Step(first + chunk.Length / window, rows, watch.Elapsed));
        }
    }

    private static void WriteHeader(CsvBuffer csv, int window)
    {
        for (int position = 0; position < window; position++)
        {
            csv.Append("token"u8);
            csv.Cell(position);
        }
        csv.EndRow();
    }

    private static void WriteRows(CsvBuffer csv, ReadOnlySpan<ushort> tokens, int window)
    {
        for (int row = 0; row < tokens.Length; row += window)
        {
            foreach (ushort token in tokens.Slice(row, window))
                csv.Cell(token);
            csv.EndRow();
        }
        csv.Flush();
    }

    private static ProgressStep Step(int done, int rows, TimeSpan elapsed) => new(
        "sequences",
        (double)done / rows,
        FormattableString.Invariant($"{done}/{rows}"),
        elapsed,
        RemainingTime.Of(elapsed, done, rows));
}
