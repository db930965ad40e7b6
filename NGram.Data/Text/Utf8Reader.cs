using System.Buffers;
using System.Text;

namespace NGram.Data.Text;

/// <summary>The characters of a UTF-8 stream one after another, in constant memory; a byte order mark is skipped.</summary>
internal sealed class Utf8Reader(Stream stream, string path)
{
    private static readonly Rune ByteOrderMark = new(0xFEFF);

    private readonly byte[] buffer = new byte[1 << 16];
    private int begin;
    private int end;
    private long offset;
    private long line = 1;

    /// <summary>The next character; false at the end.</summary>
    /// <exception cref="InvalidDataException">
    /// The bytes are not UTF-8; the message names the file, the line and the byte.
    /// </exception>
    public bool TryRead(out Rune rune)
    {
        if (end - begin < 4)
            Fill();
        if (begin == end)
        {
            rune = default;
            return false;
        }
        if (Rune.DecodeFromUtf8(buffer.AsSpan(begin, end - begin), out rune, out int length) != OperationStatus.Done)
            throw Utf8Fault.At(path, line, FormattableString.Invariant($"byte {offset} is"));
        if (rune.Value == 0)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}, line {line}: byte {offset} is NUL, so this is not text."));
        }

        bool isFirst = offset == 0;
        begin += length;
        offset += length;
        if (rune.Value == '\n')
            line++;
        return !(isFirst && rune == ByteOrderMark) || TryRead(out rune);
    }

    private void Fill()
    {
        buffer.AsSpan(begin, end - begin).CopyTo(buffer);
        (begin, end) = (0, end - begin);
        end += stream.ReadAtLeast(buffer.AsSpan(end), 4, throwOnEndOfStream: false);
    }
}
