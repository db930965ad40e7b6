using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Onnx;

/// <summary>Reads the models that this library wrote, with what they tell of themselves.</summary>
internal static class OnnxReader
{
    /// <summary>Keys of the metadata.</summary>
    public const string ArchitectureKey = "architecture", VocabularyKey = "vocabulary";

    // How OnnxTransformer names its model in a model.zip; the bytes follow their number.
    private const string ZipEntry = "OnnxModel";

    // Weights do not compress so far; a zip of zeros may claim to be a thousand times as long as it is.
    private const long FreeBytes = 1 << 24, LargestRatio = 20;

    private const int MostNested = 100;

    private static readonly uint GraphTag = Tag(ModelProto.GraphFieldNumber),
        MetadataTag = Tag(ModelProto.MetadataPropsFieldNumber),
        InitializerTag = Tag(GraphProto.InitializerFieldNumber);

    /// <summary>
    /// Reads an .onnx file, or the one in an ML.NET model.zip. Takes memory in proportion to the file, whatever it claims,
    /// and runs nothing of it: ML.NET's own loader, which makes objects of the types that a zip names, is not asked.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is neither, or was not written by this library.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (Architecture Architecture, StateDict Parameters, IReadOnlyList<string> Vocabulary) Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return IsZip(file) ? ReadZip(file) : Read(() => File.OpenRead(path), file.Length);
        }
        catch (Exception exception)
            when (exception is InvalidProtocolBufferException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: not a model that NGram wrote. {exception.Message}", exception);
        }
    }

    private static (Architecture, StateDict, IReadOnlyList<string>) ReadZip(Stream file)
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

        if (entry.Length is < sizeof(int) or > int.MaxValue)
            throw new InvalidDataException($"Its entry {ZipEntry} has {entry.Length} bytes.");

        // Whole, since the reader asks for its position, which a compressed stream does not know.
        byte[] bytes = new byte[entry.Length];
        using (var stream = entry.Open())
            stream.ReadExactly(bytes);
        return Read(() => new MemoryStream(bytes, sizeof(int), bytes.Length - sizeof(int)), bytes.Length - sizeof(int));
    }

    /// <summary>Reads what the model says of itself, then the weights that it must have for that.</summary>
    private static (Architecture, StateDict, IReadOnlyList<string>) Read(Func<Stream> open, long length)
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

        if (vocabulary.CountBy(token => token).FirstOrDefault(token => token.Value > 1) is { Value: > 1, Key: var twice })
            throw new InvalidDataException($"The metadata {VocabularyKey} has the token '{twice}' more than once.");

        var shapes = Shapes(architecture, length);
        var tensors = ReadTensors(open, length, shapes, architecture.Precision);
        return (architecture, StateDictOf(architecture, tensors), vocabulary);
    }

    // Field by field, since a file from a stranger may hold any number of messages of two bytes that take hundreds as objects.
    private static CodedInputStream Fields(Func<Stream> open, long length) =>
        CodedInputStream.CreateWithLimits(open(), (int)Math.Clamp(length, 1, int.MaxValue), MostNested);

    private static uint Tag(int field) => WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);

    private static Dictionary<string, string> ReadTexts(Func<Stream> open, long length)
    {
        using var fields = Fields(open, length);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (fields.ReadTag() is not 0 and var tag)
        {
            if (tag == MetadataTag)
            {
                var entry = new StringStringEntryProto();
                fields.ReadMessage(entry);
                texts.TryAdd(entry.Key, entry.Value);
            }
            else
            {
                fields.SkipLastField();
            }
        }
        return texts;
    }

    /// <summary>The parameters that the file may hold, by name; those that are used it must.</summary>
    private static Dictionary<string, long[]> Shapes(Architecture architecture, long length)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        double left = length;
        foreach (var (name, shape) in architecture.Parameters)
        {
            if (architecture.Uses(name))
                left -= name.Length + sizeof(float) * TensorShape.Count(shape);
            if (left < 0)
            {
                throw new InvalidDataException(
                    $"Its {length} bytes are too few for the weights of its architecture, "
                    + $"such as {name} of shape {TensorShape.Text(shape)}."
                );
            }

            shapes.Add(name, shape);
        }
        return shapes;
    }

    private static Dictionary<string, double[]> ReadTensors(
        Func<Stream> open,
        long length,
        Dictionary<string, long[]> shapes,
        ModelPrecision precision)
    {
        using var fields = Fields(open, length);
        var tensors = new Dictionary<string, double[]>(StringComparer.Ordinal);
        while (fields.ReadTag() is not 0 and var tag)
        {
            if (tag == GraphTag)
                ReadInitializers(fields, shapes, precision, tensors);
            else
                fields.SkipLastField();
        }
        return tensors;
    }

    // The graph is entered, not read as a whole.
    private static void ReadInitializers(
        CodedInputStream fields,
        Dictionary<string, long[]> shapes,
        ModelPrecision precision,
        Dictionary<string, double[]> tensors)
    {
        int length = fields.ReadLength();
        long end = fields.Position + length;
        while (fields.Position < end && fields.ReadTag() is not 0 and var tag)
        {
            if (tag == InitializerTag)
            {
                var tensor = new TensorProto();
                fields.ReadMessage(tensor);
                if (shapes.TryGetValue(tensor.Name, out long[]? shape))
                    tensors[tensor.Name] = Values(tensor, shape, precision);
            }
            else
            {
                fields.SkipLastField();
            }
        }
        if (fields.Position != end)
            throw new InvalidDataException("The graph is not as long as it claims.");
    }

    private static StateDict StateDictOf(Architecture architecture, Dictionary<string, double[]> tensors)
    {
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            if (!tensors.TryGetValue(name, out double[]? values))
            {
                values = architecture.Uses(name)
                    ? throw new InvalidDataException($"The tensor {name} is missing.")
                    : new double[(long)TensorShape.Count(shape)];
            }

            parameters.Add(name, new ParameterTensor(shape, values));
        }
        return parameters;
    }

    // A float64 model may be in float32, as older versions wrote it.
    private static double[] Values(TensorProto tensor, long[] shape, ModelPrecision precision)
    {
        var bytes = tensor.RawData.Span;
        bool isDouble = precision == ModelPrecision.Float64 && tensor.DataType == (int)TensorProto.Types.DataType.Double;
        int size = isDouble ? sizeof(double) : sizeof(float);
        if (
            !tensor.Dims.SequenceEqual(shape)
            || (!isDouble && tensor.DataType != (int)TensorProto.Types.DataType.Float)
            || bytes.Length != size * TensorShape.Count(shape))
        {
            string type = precision == ModelPrecision.Float64 ? "float64" : "float32";
            throw new InvalidDataException($"The tensor {tensor.Name} must be {type} of shape {TensorShape.Text(shape)}.");
        }

        double[] values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            var at = bytes[(i * size)..];
            values[i] = isDouble ? BinaryPrimitives.ReadDoubleLittleEndian(at) : BinaryPrimitives.ReadSingleLittleEndian(at);
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
