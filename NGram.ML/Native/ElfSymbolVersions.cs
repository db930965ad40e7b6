using System.Buffers.Binary;

namespace NGram.ML.Native;

/// <summary>
/// Versions of symbols that a shared library for 64-bit Linux asks of other libraries (the section .gnu.version_r).
/// </summary>
/// <remarks>Layouts: System V ABI, chapter 4, and the Linux Standard Base, "Symbol Versioning".</remarks>
internal static class ElfSymbolVersions
{
    private const uint VersionNeeded = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Marks a required version as weak: the loader then tolerates that no library provides it.</summary>
    /// <param name="image">The whole file; changed in place.</param>
    /// <param name="version">Name of the version, such as GLIBCXX_3.4.32.</param>
    /// <returns>Number of entries of that name.</returns>
    /// <exception cref="InvalidDataException">It is not a little-endian ELF64 library, or an offset points outside.</exception>
    public static int MakeWeak(Span<byte> image, ReadOnlySpan<byte> version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("The file is not a little-endian ELF64 library.");

        int found = 0;
        ulong sections = UInt64(image, 0x28);
        uint sectionSize = UInt16(image, 0x3A), count = UInt16(image, 0x3C);
        for (uint i = 0; i < count; i++)
        {
            ulong section = sections + i * sectionSize;
            if (UInt32(image, section + 4) != VersionNeeded)
                continue;
            ulong names = UInt64(image, sections + UInt32(image, section + 40) * (ulong)sectionSize + 24);
            found += MakeWeak(image, UInt64(image, section + 24), UInt32(image, section + 44), names, version);
        }
        return found;
    }

    private static int MakeWeak(Span<byte> image, ulong need, uint needs, ulong names, ReadOnlySpan<byte> version)
    {
        int found = 0;
        for (uint i = 0; i < needs; i++)
        {
            ulong entry = need + UInt32(image, need + 8);
            uint entries = UInt16(image, need + 2);
            for (uint j = 0; j < entries; j++)
            {
                if (Text(image, names + UInt32(image, entry + 8)).SequenceEqual(version))
                {
                    ushort flags = UInt16(image, entry + 4);
                    BinaryPrimitives.WriteUInt16LittleEndian(Slice(image, entry + 4, 2), (ushort)(flags | Weak));
                    found++;
                }
                uint nextEntry = UInt32(image, entry + 12);
                if (nextEntry == 0)
                    break;
                entry += nextEntry;
            }
            uint next = UInt32(image, need + 12);
            if (next == 0)
                break;
            need += next;
        }
        return found;
    }

    private static ushort UInt16(Span<byte> image, ulong offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(Slice(image, offset, 2));

    private static uint UInt32(Span<byte> image, ulong offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Slice(image, offset, 4));

    private static ulong UInt64(Span<byte> image, ulong offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Slice(image, offset, 8));

    private static Span<byte> Text(Span<byte> image, ulong offset)
    {
        var rest = Slice(image, offset, 0, toEnd: true);
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw new InvalidDataException($"The name at offset {offset} has no end.");
    }

    private static Span<byte> Slice(Span<byte> image, ulong offset, int length, bool toEnd = false)
    {
        if (offset > (ulong)image.Length || (ulong)image.Length - offset < (ulong)length)
            throw new InvalidDataException($"Offset {offset} lies outside the file's {image.Length} bytes.");
        return toEnd ? image[(int)offset..] : image.Slice((int)offset, length);
    }
}
