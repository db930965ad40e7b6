using System.Buffers.Binary;
using System.IO.Compression;

namespace NGram.ML.Reports.Drawing;

/// <summary>A picture of 8-bit colours, with or without transparency, as PNG (ISO/IEC 15948).</summary>
internal static class PngImage
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a picture.</summary>
    /// <param name="pixels">Red, green, blue and opacity of each, row by row from above.</param>
    /// <param name="width">Pixels of a row.</param>
    public static byte[] Write(ReadOnlySpan<byte> pixels, int width)
    {
        int row = 4 * width, height = pixels.Length / row;
        using var picture = new MemoryStream();
        picture.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6); // bits of a channel; red, green, blue, opacity
        WriteChunk(picture, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(pixels.Slice(y * row, row));
            }
        }
        WriteChunk(picture, "IDAT"u8, packed.ToArray());
        WriteChunk(picture, "IEND"u8, []);
        return picture.ToArray();
    }

    private static void WriteChunk(MemoryStream picture, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        picture.Write(number);
        picture.Write(type);
        picture.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(~0u, type), data));
        picture.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return crc;
    }
}
