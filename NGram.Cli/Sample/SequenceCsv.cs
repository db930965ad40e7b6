using System.Diagnostics;
using System.Globalization;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.Sequences;

namespace NGram.Cli.Sample;

/// <summary>Sequences as CSV: a header token0,token1,... and a line of token ids for each; UTF-8.</summary>
internal static class SequenceCsv
{
    private const int ChunkRows = 4096;
    private const int LongestToken = 6;

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
        WriteHeader(stream, window);
        ushort[] tokens = new ushort[Math.Min(rows, ChunkRows) * window];
        byte[] bytes = new byte[tokens.Length * LongestToken];
        var watch = Stopwatch.StartNew();
        for (int first = 0; first < rows; first += ChunkRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var chunk = tokens.AsSpan(0, Math.Min(ChunkRows, rows - first) * window);
            sampler.Fill(first, chunk);
            stream.Write(bytes, 0, Format(chunk, window, bytes));
            progress?.Report(Step(first + chunk.Length / window, rows, watch.Elapsed));
        }
    }

    private static void WriteHeader(Stream stream, int window)
    {
        var names = Enumerable
            .Range(0, window)
            .Select(position => string.Create(CultureInfo.InvariantCulture, $"token{position}"));
        stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Join(',', names) + "\n"));
    }

    private static int Format(ReadOnlySpan<ushort> tokens, int window, Span<byte> bytes)
    {
        int length = 0;
        for (int row = 0; row < tokens.Length; row += window)
        {
            foreach (ushort token in tokens.Slice(row, window))
            {
                token.TryFormat(bytes[length..], out int written, default, CultureInfo.InvariantCulture);
                length += written;
                bytes[length++] = (byte)',';
            }
            bytes[length - 1] = (byte)'\n';
        }
        return length;
    }

    private static ProgressStep Step(int done, int rows, TimeSpan elapsed) => new(
        "sequences",
        (double)done / rows,
        FormattableString.Invariant($"{done}/{rows}"),
        elapsed,
        RemainingTime.Of(elapsed, done, rows));
}
