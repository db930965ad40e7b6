using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Onnx;

/// <summary>What a model that this library wrote tells of itself, with its weights.</summary>
/// <param name="Architecture">The model.</param>
/// <param name="Vocabulary">Text of every token.</param>
/// <param name="Parameters">Its parameters, as float32; zeros for those that its forward pass does not use, which are not written.</param>
public sealed record OnnxMetadata(Architecture Architecture, IReadOnlyList<string> Vocabulary, StateDict Parameters)
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
        var model = ModelProto.Parser.ParseFrom(onnx);
        var texts = model.MetadataProps.ToLookup(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        string Text(string key) => texts[key].FirstOrDefault() ?? throw new InvalidDataException($"The metadata {key} is missing.");
        var architecture = ArchitectureJson.Read(Text(ArchitectureKey));
        return new OnnxMetadata(architecture, JsonSerializer.Deserialize<string[]>(Text(VocabularyKey)) ?? [], ReadParameters(architecture, model.Graph));
    }

    private static StateDict ReadParameters(Architecture architecture, GraphProto graph)
    {
        var tensors = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
            if (tensors.TryGetValue(name, out var tensor))
                ReadValues(tensor, shape, values);
            else if (architecture.Uses(name))
                throw new InvalidDataException($"The tensor {name} is missing.");
            parameters.Add(name, new ParameterTensor(shape, values));
        }
        return parameters;
    }

    private static void ReadValues(TensorProto tensor, long[] shape, double[] values)
    {
        var bytes = tensor.RawData.Span;
        if (!tensor.Dims.SequenceEqual(shape) || tensor.DataType != (int)TensorProto.Types.DataType.Float || bytes.Length != values.Length * sizeof(float))
            throw new InvalidDataException($"The tensor {tensor.Name} must be float32 of shape {ParameterCheck.Text(shape)}.");
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }

    private static bool IsZip(FileStream file)
    {
        bool isZip = file.ReadByte() == 'P' && file.ReadByte() == 'K';
        file.Position = 0;
        return isZip;
    }
}
