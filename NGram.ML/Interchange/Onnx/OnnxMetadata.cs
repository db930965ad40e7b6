using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Onnx;

/// <summary>What a model that this library wrote tells of itself, with its weights.</summary>
/// <param name="Architecture">The model.</param>
/// <param name="Vocabulary">Text of every token.</param>
/// <param name="Parameters">
/// Its parameters, as float32; zeros for those that its forward pass does not use, which are not written.
/// </param>
public sealed record OnnxMetadata(Architecture Architecture, IReadOnlyList<string> Vocabulary, StateDict Parameters)
{
    internal const string ArchitectureKey = "architecture", VocabularyKey = "vocabulary";

    // How OnnxTransformer names its model in a model.zip; the bytes follow their number.
    private const string ZipEntry = "OnnxModel";

    // Weights do not compress so far; a zip of zeros may claim to be a thousand times as long as it is.
    private const long FreeBytes = 1 << 24, LargestRatio = 20;

    // Numbers of the fields of ModelProto and GraphProto.
    private const int GraphField = 7, MetadataField = 14, InitializerField = 5;

    /// <summary>
    /// Reads the metadata of an .onnx file, or of the one in an ML.NET model.zip. Takes memory in proportion to the file,
    /// whatever
    /// it claims, and runs nothing of it: ML.NET's own loader, which makes objects of the types that a zip names, is not asked.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is neither, or was not written by this library.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxMetadata Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return IsZip(file) ? ReadZip(file) : Read(() => new BufferedStream(File.OpenRead(path)), file.Length);
        }
        catch (Exception exception)
            when (exception is InvalidProtocolBufferException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: no model that NGram wrote. {exception.Message}", exception);
        }
    }

    private static OnnxMetadata ReadZip(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var entry =
            zip.Entries.FirstOrDefault(entry => entry.Name == ZipEntry)
            ?? throw new InvalidDataException($"It has no entry {ZipEntry}.");
        if (entry.Length > FreeBytes + LargestRatio * entry.CompressedLength)
        {
            throw new InvalidDataException(
                $"Its entry {ZipEntry} has {entry.CompressedLength} bytes and claims to be {entry.Length}.");
        }

        return Read(
            () =>
            {
                var stream = new BufferedStream(entry.Open());
                stream.ReadExactly(new byte[sizeof(int)]);
                return stream;
            },
            entry.Length - sizeof(int));
    }

    /// <summary>Reads what the model says of itself, then the weights that it must have for that.</summary>
    private static OnnxMetadata Read(Func<Stream> open, long length)
    {
        var texts = ReadTexts(open, length);
        string Text(string key) =>
            texts.GetValueOrDefault(key) ?? throw new InvalidDataException($"The metadata {key} is missing.");
        var architecture = ArchitectureJson.Read(Text(ArchitectureKey));
        string[] vocabulary = JsonSerializer.Deserialize<string[]>(Text(VocabularyKey)) ?? [];
        if (vocabulary.Length != architecture.VocabularySize || Array.IndexOf(vocabulary, null) >= 0)
        {
            throw new InvalidDataException(
                $"The metadata {VocabularyKey} has no text for each of the {architecture.VocabularySize} tokens.");
        }

        var shapes = Shapes(architecture, length);
        return new OnnxMetadata(architecture, vocabulary, StateDictOf(architecture, shapes, ReadTensors(open, length, shapes)));
    }

    private static Dictionary<string, string> ReadTexts(Func<Stream> open, long length)
    {
        using var stream = open();
        var fields = new ProtobufFields(stream);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (fields.MoveNext(length, out int field, out long bytes))
        {
            if (field == MetadataField)
            {
                var entry = StringStringEntryProto.Parser.ParseFrom(fields.Read(bytes));
                texts.TryAdd(entry.Key, entry.Value);
            }
            else
            {
                fields.Skip(bytes);
            }
        }
        return texts;
    }

    /// <summary>The parameters that the file must hold, by name.</summary>
    private static Dictionary<string, long[]> Shapes(Architecture architecture, long length)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        double left = length;
        foreach (var (name, shape) in architecture.Parameters.Where(parameter => architecture.Uses(parameter.Name)))
        {
            left -= name.Length + sizeof(float) * TensorShape.Count(shape);
            if (left < 0)
            {
                throw new InvalidDataException(
                    $"Its {length} bytes are too few for the weights of its architecture, such as {name} of shape {TensorShape.Text(shape)}."
                );
            }

            shapes.Add(name, shape);
        }
        return shapes;
    }

    private static Dictionary<string, double[]> ReadTensors(Func<Stream> open, long length, Dictionary<string, long[]> shapes)
    {
        using var stream = open();
        var fields = new ProtobufFields(stream);
        var tensors = new Dictionary<string, double[]>(StringComparer.Ordinal);
        while (fields.MoveNext(length, out int field, out long bytes))
        {
            if (field != GraphField)
            {
                fields.Skip(bytes);
                continue;
            }
            for (long end = fields.Position + bytes; fields.MoveNext(end, out field, out bytes);)
            {
                if (field != InitializerField)
                {
                    fields.Skip(bytes);
                }
                else if (
                    TensorProto.Parser.ParseFrom(fields.Read(bytes)) is var tensor
                    && shapes.TryGetValue(tensor.Name, out long[]? shape))
                {
                    tensors[tensor.Name] = Values(tensor, shape);
                }
            }
        }
        return tensors;
    }

    private static StateDict StateDictOf(
        Architecture architecture,
        Dictionary<string, long[]> shapes,
        Dictionary<string, double[]> tensors)
    {
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            if (!tensors.TryGetValue(name, out double[]? values))
            {
                values = shapes.ContainsKey(name)
                    ? throw new InvalidDataException($"The tensor {name} is missing.")
                    : new double[(long)TensorShape.Count(shape)];
            }

            parameters.Add(name, new ParameterTensor(shape, values));
        }
        return parameters;
    }

    private static double[] Values(TensorProto tensor, long[] shape)
    {
        var bytes = tensor.RawData.Span;
        if (
            !tensor.Dims.SequenceEqual(shape)
            || tensor.DataType != (int)TensorProto.Types.DataType.Float
            || bytes.Length != sizeof(float) * TensorShape.Count(shape))
        {
            throw new InvalidDataException($"The tensor {tensor.Name} must be float32 of shape {TensorShape.Text(shape)}.");
        }

        double[] values = new double[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
            if (!double.IsFinite(values[i]))
                throw new InvalidDataException($"The tensor {tensor.Name} holds a value that is not finite at index {i}.");
        }
        return values;
    }

    private static bool IsZip(FileStream file)
    {
        bool isZip = file.ReadByte() == 'P' && file.ReadByte() == 'K';
        file.Position = 0;
        return isZip;
    }
}
