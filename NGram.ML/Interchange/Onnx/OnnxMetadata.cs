using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Onnx;

/// <summary>What a model that this library wrote tells of itself.</summary>
/// <param name="Architecture">The model.</param>
/// <param name="Vocabulary">Text of every token.</param>
public sealed record OnnxMetadata(Architecture Architecture, IReadOnlyList<string> Vocabulary)
{
    internal const string ArchitectureKey = "architecture", VocabularyKey = "vocabulary";

    // How OnnxTransformer names its model in a model.zip; the bytes follow their number.
    private const string ZipEntry = "OnnxModel";

    /// <summary>Reads the metadata of an .onnx file, or of the one in an ML.NET model.zip.</summary>
    /// <exception cref="InvalidDataException">The file is neither, or was not written by this library.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxMetadata Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return IsZip(file) ? ReadZip(file) : Read(file);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: no model that NGram wrote. {e.Message}", e);
        }
    }

    private static OnnxMetadata ReadZip(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var entry = zip.Entries.FirstOrDefault(entry => entry.Name == ZipEntry) ?? throw new InvalidDataException($"It has no entry {ZipEntry}.");
        using var stream = entry.Open();
        stream.ReadExactly(new byte[sizeof(int)]);
        return Read(stream);
    }

    private static OnnxMetadata Read(Stream onnx)
    {
        var texts = ModelProto.Parser.ParseFrom(onnx).MetadataProps.ToLookup(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        string Text(string key) => texts[key].FirstOrDefault() ?? throw new InvalidDataException($"The metadata {key} is missing.");
        return new OnnxMetadata(ArchitectureJson.Read(Text(ArchitectureKey)), JsonSerializer.Deserialize<string[]>(Text(VocabularyKey)) ?? []);
    }

    private static bool IsZip(FileStream file)
    {
        bool isZip = file.ReadByte() == 'P' && file.ReadByte() == 'K';
        file.Position = 0;
        return isZip;
    }
}
