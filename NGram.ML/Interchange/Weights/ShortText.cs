using System.Text;
using NGram.Data.IO;

namespace NGram.ML.Interchange.Weights;

/// <summary>
/// Text files that people write and read, such as settings: what is longer is something else, and takes no memory.
/// </summary>
internal static class ShortText
{
    private const int Longest = 1 << 20;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Read(string path)
    {
        using var file = AtomicFile.OpenRead(path);
        byte[] bytes = new byte[Longest];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == Longest)
            throw new InvalidDataException($"{path}: the file is longer than {Longest} bytes, too long for settings.");
        using var reader = new StreamReader(new MemoryStream(bytes, 0, length), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
