using System.Text.Json;
using System.Text.Json.Serialization;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Weights;

/// <summary>An architecture as JSON, with the keys of the original's files in their order; null if a key is absent.</summary>
internal sealed record ArchitectureJson
{
    private static readonly JsonSerializerOptions Compact = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private enum ModelKind
    {
        [JsonStringEnumMemberName("transformer")]
        Transformer,

        [JsonStringEnumMemberName("sequence_encoder")]
        SequenceEncoder,
    }

    [JsonInclude]
    private JsonElement? Name { get; init; }

    [JsonInclude]
    private ModelKind? Kind { get; init; }

    [JsonInclude]
    private int? VocabularySize { get; init; }

    [JsonInclude]
    private int? ContextWindow { get; init; }

    [JsonInclude]
    private int? Ngram { get; init; }

    [JsonInclude]
    private ModelPrecision? Precision { get; init; }

    [JsonInclude]
    private int? EmbeddingDimension { get; init; }

    [JsonInclude]
    private int? Layers { get; init; }

    [JsonInclude]
    private int? MlpWidth { get; init; }

    [JsonInclude]
    private int? MlpDepth { get; init; }

    [JsonInclude]
    private int? ParallelHeads { get; init; }

    [JsonInclude]
    private int? HeadDimension { get; init; }

    [JsonInclude]
    private int? SubHeads { get; init; }

    [JsonInclude]
    private Projections? Projections { get; init; }

    /// <summary>The JSON object of an architecture.</summary>
    /// <exception cref="ArgumentException">It cannot be made again from a file.</exception>
    public static string Write(Architecture architecture, string name, bool indented = false)
    {
        var common = new ArchitectureJson
        {
            Name = JsonSerializer.SerializeToElement(name),
            VocabularySize = architecture.VocabularySize,
            ContextWindow = architecture.ContextWindow,
            Ngram = architecture.Order,
            Precision = architecture.Precision,
        };
        var json = architecture switch
        {
            TransformerArchitecture { Options: var options } => common with
            {
                Kind = ModelKind.Transformer,
                EmbeddingDimension = options.EmbeddingDimension,
                Layers = options.Layers,
                MlpWidth = options.MlpWidth,
                MlpDepth = options.MlpDepth,
                ParallelHeads = options.Heads,
                HeadDimension = options.HeadDimension,
                SubHeads = options.SubHeads,
                Projections = options.Projections,
            },
            SequenceEncoderArchitecture { Options: var options } => common with
            {
                Kind = ModelKind.SequenceEncoder,
                EmbeddingDimension = options.EmbeddingDimension,
            },
            _ => throw new ArgumentException(
                $"There is no file format for {architecture.GetType().Name}; "
                + "ModelFile.SaveParameters writes its weights alone, ModelFile.LoadParameters reads them.",
                nameof(architecture)),
        };
        return JsonSerializer.Serialize(json, indented ? Indented : Compact);
    }

    /// <summary>Reads an architecture; unknown keys are ignored, those of later versions may be absent.</summary>
    /// <exception cref="InvalidDataException">A key is missing or its value not allowed; names it.</exception>
    public static Architecture Read(string json)
    {
        var architecture = Parse(json).ToArchitecture();
        try
        {
            architecture.Validate();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
        return architecture;
    }

    private Architecture ToArchitecture() => Required(Kind, "kind") == ModelKind.Transformer
        ? new TransformerArchitecture
        {
            VocabularySize = Required(VocabularySize, "vocabulary_size"),
            ContextWindow = Required(ContextWindow, "context_window"),
            Order = Required(Ngram, "ngram"),
            Options = new TransformerOptions
            {
                EmbeddingDimension = Required(EmbeddingDimension, "embedding_dimension"),
                HeadDimension = Required(HeadDimension, "head_dimension"),
                Heads = Required(ParallelHeads, "parallel_heads"),
                SubHeads = SubHeads ?? 1,
                Layers = Layers ?? 1,
                MlpWidth = MlpWidth ?? 0,
                MlpDepth = MlpDepth ?? 1,
                Projections = Projections ?? Models.Projections.Shared,
                Precision = Precision ?? ModelPrecision.Float32,
            },
        }
        : new SequenceEncoderArchitecture
        {
            VocabularySize = Required(VocabularySize, "vocabulary_size"),
            ContextWindow = Required(ContextWindow, "context_window"),
            Order = Required(Ngram, "ngram"),
            Options = new SequenceEncoderOptions
            {
                EmbeddingDimension = Required(EmbeddingDimension, "embedding_dimension"),
                Precision = Precision ?? ModelPrecision.Float32,
            },
        };

    private static T Required<T>(T? value, string key) where T : struct =>
        value ?? throw new InvalidDataException($"The key {key} is missing.");

    private static ArchitectureJson Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        // Half a surrogate pair in a key shows as InvalidOperationException.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"It is not valid JSON: {exception.Message}", exception);
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("It holds no JSON object.");
            try
            {
                return document.RootElement.Deserialize<ArchitectureJson>(Compact)!;
            }
            catch (JsonException exception) when (exception.Path is ['$', '.', .. var key])
            {
                throw new InvalidDataException(
                    $"The key {key} is {document.RootElement.GetProperty(key).GetRawText()}; it must be {Allowed(key)}.",
                    exception);
            }
        }
    }

    // What a key takes, from its property's type.
    private static string Allowed(string key)
    {
        var properties = Compact.GetTypeInfo(typeof(ArchitectureJson)).Properties;
        var type = Nullable.GetUnderlyingType(properties.Single(property => property.Name == key).PropertyType)!;
        var names = type.IsEnum
            ? Enum.GetValuesAsUnderlyingType(type).Cast<int>().Select(value => Text(Enum.ToObject(type, value)))
            : [];
        return type.IsEnum ? $"one of {string.Join(", ", names)}" : "an integer";
    }

    private static string Text(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), Compact).GetString()!;
}
