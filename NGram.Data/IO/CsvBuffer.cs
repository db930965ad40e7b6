using System.Globalization;

namespace NGram.Data.IO;

/// <summary>Rows of a CSV file as UTF-8, formatted without a string for each number; a buffer to use again.</summary>
/// <param name="stream">
/// Receives the rows when there are many, and those left by <see cref="Flush"/>; null: they are kept.
/// </param>
internal sealed class CsvBuffer(Stream? stream = null)
{
    private const int LongestNumber = 32;
    private const int FlushLength = 1 << 16;

    private byte[] bytes = new byte[1 << 10];

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>Forgets what is written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends cells that are whole, with their commas.</summary>
    public void Append(ReadOnlySpan<byte> cells)
    {
        cells.CopyTo(Reserve(cells.Length));
        Length += cells.Length;
    }

    /// <summary>Appends a cell, quoted already where it has to be.</summary>
    public void Cell(ReadOnlySpan<byte> text)
    {
        Append(text);
        Append(","u8);
    }

    /// <summary>Appends True or False.</summary>
    public void Cell(bool value) => Append(value ? "True,"u8 : "False,"u8);

    /// <summary>Appends a number in the invariant culture, the shortest that reads back as the same.</summary>
    public void Cell<T>(T value) where T : IUtf8SpanFormattable
    {
        value.TryFormat(Reserve(LongestNumber), out int written, default, CultureInfo.InvariantCulture);
        Length += written;
        Append(","u8);
    }

    /// <summary>Ends the row: its last comma becomes the end of the line.</summary>
    public void EndRow()
    {
        bytes[Length - 1] = (byte)'\n';
        if (Length >= FlushLength)
            Flush();
    }

    /// <summary>Hands the rows to the stream.</summary>
    public void Flush()
    {
        if (stream is null)
            return;
        stream.Write(Written);
        Clear();
    }

    private Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count)
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, Length + count));
        return bytes.AsSpan(Length);
    }
}
