using System.Text.Json;

namespace NGram.Data.Safetensors;

/// <summary>The checked header of a .safetensors file.</summary>
/// <param name="Metadata">Its free texts.</param>
/// <param name="Entries">The tensors in the order of their bytes.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<SafetensorsHeader.Entry> Entries)
{
    /// <summary>One tensor's place.</summary>
    internal sealed record Entry(string Name, string DataType, long[] Shape, long Begin, long Length);

    /// <summary>Parses and checks a header; <paramref name="dataLength"/> is what the tensors take together.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong; the message names the file and the tensor.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, out long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            Demand(document.RootElement.ValueKind == JsonValueKind.Object, path, "the header is not a JSON object");
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var entries = new List<Entry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                    ReadMetadata(path, property.Value, metadata);
                else
                    entries.Add(ReadEntry(path, property.Name, property.Value));
            }
            // Stable, so that empty tensors keep the header's order.
            var ordered = entries.OrderBy(entry => entry.Begin).ToList();
            dataLength = 0;
            foreach (var entry in ordered)
            {
                Demand(
                    entry.Begin == dataLength,
                    path,
                    $"tensor '{entry.Name}' begins at byte {entry.Begin} where {dataLength} is due");
                dataLength = checked(dataLength + entry.Length);
            }
            return new(metadata, ordered);
        }
        // An unpaired surrogate in a JSON text shows as InvalidOperationException only when the text is read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"{path}: the header is not valid JSON: {exception.Message}", exception);
        }
    }

    private static void ReadMetadata(string path, JsonElement element, Dictionary<string, string> metadata)
    {
        Demand(element.ValueKind == JsonValueKind.Object, path, "the header's metadata is not a JSON object");
        foreach (var property in element.EnumerateObject())
        {
            Demand(property.Value.ValueKind == JsonValueKind.String, path, $"the metadata '{property.Name}' is not a text");
            metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private static Entry ReadEntry(string path, string name, JsonElement element)
    {
        string tensor = $"tensor '{name}'";
        Demand(element.ValueKind == JsonValueKind.Object, path, $"{tensor} is described by no JSON object");
        string? dataType = null;
        long[]? shape = null, offsets = null;
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "dtype" when property.Value.ValueKind == JsonValueKind.String:
                    dataType = property.Value.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(property.Value);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(property.Value);
                    break;
            }
        }
        Demand(dataType is not null && shape is not null, path, $"{tensor} has no valid dtype and shape");
        Demand(offsets is [>= 0, _] && offsets[1] >= offsets[0], path, $"{tensor} has no valid data_offsets");
        long length = offsets![1] - offsets[0];
        string? fault = SafetensorsTensor.Fault(dataType!, shape, length);
        Demand(fault is null, path, $"{tensor} {fault}");
        Demand(
            length <= Array.MaxLength,
            path,
            $"{tensor} has {length} bytes, more than the {Array.MaxLength} that fit into an array");
        return new(name, dataType!, shape!, offsets[0], length);
    }

    /// <summary>An array of whole numbers, or null if it is anything else.</summary>
    private static long[]? ReadNumbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return null;
        long[] numbers = new long[element.GetArrayLength()];
        int index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[index++]))
                return null;
        }
        return numbers;
    }

    private static void Demand(bool condition, string path, string fault)
    {
        if (!condition)
            throw new InvalidDataException($"{path}: {fault}.");
    }
}
