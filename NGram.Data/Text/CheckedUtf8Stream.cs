using System.Text.Unicode;

namespace NGram.Data.Text;

/// <summary>Passes bytes on and refuses, by their line, those that are not UTF-8 and lines without an end.</summary>
internal sealed class CheckedUtf8Stream(Stream stream, string path) : Stream
{
    private const int LongestCharacter = 4;

    // A line is in memory at once.
    private const long LongestLine = 1 << 28;

    private readonly byte[] open = new byte[2 * LongestCharacter];
    private int openCount;
    private long line = 1;
    private long lineLength;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = stream.Read(buffer);
        if (read > 0)
        {
            Check(buffer[..read]);
            CheckLength(buffer[..read]);
        }
        else if (openCount > 0 && buffer.Length > 0)
        {
            throw Invalid();
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        // A character that the last read cut off comes first.
        while (openCount > 0 && bytes.Length > 0)
        {
            open[openCount++] = bytes[0];
            bytes = bytes[1..];
            if (Utf8.IsValid(open.AsSpan(0, openCount)))
                openCount = 0;
            else if (openCount == LongestCharacter)
                throw Invalid();
        }
        int whole = bytes.Length - CutOff(bytes);
        bytes[whole..].CopyTo(open.AsSpan(openCount));
        openCount += bytes.Length - whole;
        bytes = bytes[..whole];
        if (Utf8.IsValid(bytes))
        {
            line += bytes.Count((byte)'\n');
            return;
        }
        while (bytes.IndexOf((byte)'\n') is var end and >= 0 && Utf8.IsValid(bytes[..end]))
        {
            line++;
            bytes = bytes[(end + 1)..];
        }
        throw Invalid();
    }

    /// <summary>How many last bytes are the beginning of a longer character.</summary>
    private static int CutOff(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back < LongestCharacter && back <= bytes.Length; back++)
        {
            byte value = bytes[^back];
            if ((value & 0xC0) == 0x80)
                continue;
            int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return length > back ? back : 0;
        }
        return 0;
    }

    private void CheckLength(ReadOnlySpan<byte> bytes)
    {
        int last = bytes.LastIndexOfAny((byte)'\n', (byte)'\r');
        lineLength = last < 0 ? lineLength + bytes.Length : bytes.Length - 1 - last;
        if (lineLength > LongestLine)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}, line {line}: the line is longer than {LongestLine} bytes."));
        }
    }

    private InvalidDataException Invalid() => Utf8Fault.At(path, line, "the bytes are");
}
