namespace NGram.ML.Interchange.Onnx;

/// <summary>
/// The fields of a protobuf message in a stream, one after another, without memory for those that nobody asks for: a file from a
/// stranger may hold any number of messages, each of two bytes, that take hundreds as objects.
/// </summary>
/// <param name="stream">At the message's beginning.</param>
internal sealed class ProtobufFields(Stream stream)
{
    private readonly byte[] scratch = new byte[1 << 14];

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to the next field that is text, bytes or a message; the caller then reads, skips or enters it.</summary>
    /// <param name="end">Where the message ends.</param>
    /// <param name="field">Its number.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="InvalidDataException">These are no protobuf fields.</exception>
    /// <exception cref="EndOfStreamException">The message is cut off.</exception>
    public bool MoveNext(long end, out int field, out long length)
    {
        while (Position < end)
        {
            ulong tag = ReadVarint();
            (field, length) = ((int)Math.Min(tag >> 3, int.MaxValue), 0);
            switch (tag & 7)
            {
                case 0:
                    ReadVarint();
                    continue;
                case 1:
                    Skip(sizeof(ulong));
                    continue;
                case 2:
                    length = (long)ReadVarint();
                    if (length < 0 || length > end - Position)
                        throw new InvalidDataException("A field is longer than its message.");
                    return true;
                case 5:
                    Skip(sizeof(uint));
                    continue;
                default:
                    throw new InvalidDataException("It holds no protobuf message.");
            }
        }
        (field, length) = (0, 0);
        return false;
    }

    /// <summary>The bytes of a field.</summary>
    public byte[] Read(long length)
    {
        if (length > Array.MaxLength)
            throw new InvalidDataException($"A field has {length} bytes, more than fit into an array.");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        Position += length;
        return bytes;
    }

    /// <summary>Passes over the bytes of a field.</summary>
    public void Skip(long length)
    {
        for (long left = length; left > 0;)
        {
            var part = scratch.AsSpan(0, (int)Math.Min(left, scratch.Length));
            stream.ReadExactly(part);
            left -= part.Length;
        }
        Position += length;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            stream.ReadExactly(scratch.AsSpan(0, 1));
            Position++;
            value |= (ulong)(scratch[0] & 0x7F) << shift;
            if (scratch[0] < 0x80)
                return value;
        }
        throw new InvalidDataException("It holds no protobuf message.");
    }
}
