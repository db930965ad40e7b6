using System.Buffers.Binary;
using NGram.ML.Native;

namespace NGram.Tests.ML.Native;

[TestClass]
public class ElfSymbolVersionsTests
{
    private const int SectionTable = 64, Needs = SectionTable + 3 * 64, Names = Needs + 16 + 2 * 16;

    [TestMethod]
    public void Only_the_version_asked_for_becomes_weak()
    {
        byte[] image = Image(), patched = Image();
        Assert.AreEqual(1, ElfSymbolVersions.MakeWeak(patched, "GLIBCXX_3.4.32"u8));
        int flags = Needs + 16 + 16 + 4;
        Assert.AreEqual(2, patched[flags]);
        CollectionAssert.AreEqual(
            new[] { flags },
            Enumerable.Range(0, image.Length).Where(i => image[i] != patched[i]).ToArray());
        Assert.AreEqual(1, ElfSymbolVersions.MakeWeak(patched, "GLIBCXX_3.4.32"u8), "a second time finds it again");
        Assert.AreEqual(0, ElfSymbolVersions.MakeWeak(patched, "GLIBCXX_3.4.3"u8), "a prefix is another version");
    }

    [TestMethod]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] image = Image();
        for (int length = 0; length < image.Length; length++)
        {
            byte[] cut = image[..length];
            Assert.ThrowsExactly<InvalidDataException>(
                () => ElfSymbolVersions.MakeWeak(cut, "GLIBCXX_3.4.32"u8),
                $"{length} bytes");
        }
    }

    [TestMethod]
    public void Any_byte_may_be_wrong()
    {
        for (int i = 0; i < Names; i++)
        {
            byte[] image = Image();
            image[i] ^= 0xFF;
            try
            {
                Assert.IsInRange(0, 1, ElfSymbolVersions.MakeWeak(image, "GLIBCXX_3.4.32"u8));
            }
            catch (InvalidDataException)
            {
                // Refused: as good as changing nothing.
            }
        }
    }

    [TestMethod]
    public void Other_files_are_refused() =>
        Assert.ThrowsExactly<InvalidDataException>(() => ElfSymbolVersions.MakeWeak(new byte[100], "GLIBCXX_3.4.32"u8));

    [TestMethod]
    public void TorchSharps_library_has_one_such_entry()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (!File.Exists(path))
            Assert.Inconclusive("Not built for Linux.");
        byte[] image = File.ReadAllBytes(path), patched = [.. image];
        Assert.AreEqual(1, ElfSymbolVersions.MakeWeak(patched, "GLIBCXX_3.4.32"u8));
        Assert.AreEqual(1, image.Zip(patched).Count(pair => pair.First != pair.Second));
    }

    // Three sections (none, version needs, names); one library with two versions.
    private static byte[] Image()
    {
        byte[] names = [0, .. "libstdc++.so.6\0GLIBCXX_3.4\0GLIBCXX_3.4.32\0"u8];
        byte[] image = new byte[Names + names.Length];
        "\u007fELF\u0002\u0001"u8.CopyTo(image);
        Write(0x28, SectionTable, 8);
        Write(0x3A, 64, 2);
        Write(0x3C, 3, 2);
        Write(SectionTable + 64 + 4, 0x6ffffffe, 4);
        Write(SectionTable + 64 + 24, Needs, 8);
        Write(SectionTable + 64 + 40, 2, 4); // its names are section 2
        Write(SectionTable + 64 + 44, 1, 4); // one library
        Write(SectionTable + 128 + 4, 3, 4);
        Write(SectionTable + 128 + 24, Names, 8);
        Write(Needs, 1, 2);
        Write(Needs + 2, 2, 2);  // two versions
        Write(Needs + 4, 1, 4);  // libstdc++.so.6
        Write(Needs + 8, 16, 4); // the first right behind
        Write(Needs + 16 + 8, 16, 4);  // GLIBCXX_3.4
        Write(Needs + 16 + 12, 16, 4); // the next right behind
        Write(Needs + 32 + 8, 28, 4);  // GLIBCXX_3.4.32
        names.CopyTo(image, Names);
        return image;

        void Write(int offset, ulong value, int bytes)
        {
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
            eight[..bytes].CopyTo(image.AsSpan(offset));
        }
    }
}
