using System.Buffers.Binary;
using System.Text.Json;
using NGram.Data.Checks;
using NGram.Data.IO;

namespace NGram.Data.Safetensors;

/// <summary>
/// A .safetensors file: eight bytes with the header's length, a JSON header with a data type, shape and byte range for each
/// tensor and optional text metadata, then the tensors' bytes without a gap. Holds data only, so that it is safe to read
/// from strangers; everything is checked before memory is taken.
/// </summary>
internal sealed class SafetensorsFile
{
    private const string MetadataName = "__metadata__";
    private const int LengthBytes = sizeof(ulong);

    // Some hundred thousand tensors. The reference takes six times as much, and parsing it nearly a gigabyte.
    private const long LongestHeader = 1 << 24;

    private SafetensorsFile(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>The header's free texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name, in the order of their bytes.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="choose">Names the tensors to read, of those that are there; null: all.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid .safetensors file; the message names it and the tensor.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path, Func<IReadOnlyList<string>, IEnumerable<string>>? choose = null)
    {
        using var stream = AtomicFile.OpenRead(path);
        var header = SafetensorsHeader.Parse(path, ReadHeader(path, stream), out long dataLength);
        if (stream.Length - stream.Position != dataLength)
        {
            throw new InvalidDataException(
                $"{path}: the header speaks of {dataLength} bytes of tensors, but {stream.Length - stream.Position} follow it.");
        }

        var entries = header.Entries;
        if (choose is not null)
        {
            var names = choose([.. entries.Select(entry => entry.Name)]).ToHashSet(StringComparer.Ordinal);
            entries = [.. entries.Where(entry => names.Contains(entry.Name))];
        }
        RequireMemory(path, entries);
        var tensors = new OrderedDictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        long begin = stream.Position;
        foreach (var entry in entries)
        {
            byte[] bytes = new byte[entry.Length];
            stream.Position = begin + entry.Begin;
            stream.ReadExactly(bytes);
            tensors.Add(entry.Name, new(entry.DataType, entry.Shape, bytes));
        }
        return new(header.Metadata, tensors);
    }

    /// <summary>Writes a file atomically; the tensors are streamed in the order given, without a second copy.</summary>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, SafetensorsTensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var list = tensors.ToList();
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataName };
        foreach (var (name, _) in list)
        {
            if (!names.Add(name))
                throw new ArgumentException($"The tensor name '{name}' occurs twice or is reserved.", nameof(tensors));
        }
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, list, metadata);
            foreach (var (_, tensor) in list)
                stream.Write(tensor.Data.Span);
        });
    }

    private static void RequireMemory(string path, IReadOnlyList<SafetensorsHeader.Entry> entries)
    {
        try
        {
            MemoryBudget.RequireBytes(entries.Sum(entry => (double)entry.Length), "the tensors together");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    private static byte[] ReadHeader(string path, FileStream stream)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        if (stream.Length < LengthBytes)
            throw new InvalidDataException($"{path}: {stream.Length} bytes are too few for a .safetensors file.");
        stream.ReadExactly(length);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerLength > (ulong)Math.Min(LongestHeader, stream.Length - LengthBytes))
        {
            throw new InvalidDataException(
                $"{path}: a header of {headerLength} bytes does not fit into the file's {stream.Length} "
                + $"or is above {LongestHeader}.");
        }

        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        return header;
    }

    private static void WriteHeader(
        Stream stream,
        List<KeyValuePair<string, SafetensorsTensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0L;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.DataType);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset += tensor.Data.Length]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % LengthBytes != 0)
            buffer.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)buffer.Length);
        stream.Write(length);
        buffer.WriteTo(stream);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
