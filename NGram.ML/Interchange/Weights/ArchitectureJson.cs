using System.Text.Json;
using System.Text.Json.Nodes;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Weights;

/// <summary>An architecture as JSON, with the keys of the original's files.</summary>
internal static class ArchitectureJson
{
    private const string Transformer = "transformer",
        SequenceEncoder = "sequence_encoder";

    private static readonly (string Text, Projections Value)[] ProjectionNames =
    [
        ("shared", Projections.Shared),
        ("per-head", Projections.PerHead),
    ];
    private static readonly (string Text, ModelPrecision Value)[] PrecisionNames =
    [
        ("float32", ModelPrecision.Float32),
        ("float64", ModelPrecision.Float64),
    ];

    /// <summary>The JSON object of an architecture.</summary>
    public static JsonObject Write(Architecture architecture, string name)
    {
        var json = new JsonObject
        {
            ["name"] = name,
            ["kind"] = architecture is SequenceEncoderArchitecture ? SequenceEncoder : Transformer,
            ["vocabulary_size"] = architecture.VocabularySize,
            ["context_window"] = architecture.ContextWindow,
            ["ngram"] = architecture.Order,
            ["precision"] = PrecisionNames.First(p => p.Value == architecture.Precision).Text,
        };
        switch (architecture)
        {
            case TransformerArchitecture { Options: var o }:
                json["embedding_dimension"] = o.EmbeddingDimension;
                json["layers"] = o.Layers;
                json["mlp_width"] = o.MlpWidth;
                json["mlp_depth"] = o.MlpDepth;
                json["parallel_heads"] = o.Heads;
                json["head_dimension"] = o.HeadDimension;
                json["sub_heads"] = o.SubHeads;
                json["projections"] = ProjectionNames.First(p => p.Value == o.Projections).Text;
                break;
            case SequenceEncoderArchitecture { Options: var o }:
                json["embedding_dimension"] = o.EmbeddingDimension;
                break;
            default:
                throw new ArgumentException($"There is no file format for {architecture.GetType().Name}.", nameof(architecture));
        }
        return json;
    }

    /// <summary>Reads an architecture; unknown keys are ignored, those of later versions may be absent.</summary>
    /// <exception cref="InvalidDataException">A key is missing or its value not allowed; names it.</exception>
    public static Architecture Read(string json)
    {
        var root = Parse(json);
        Architecture architecture =
            Choice(root, "kind", [(Transformer, Transformer), (SequenceEncoder, SequenceEncoder)]) == Transformer
                ? new TransformerArchitecture
                {
                    VocabularySize = Integer(root, "vocabulary_size"),
                    ContextWindow = Integer(root, "context_window"),
                    Order = Integer(root, "ngram"),
                    Options = new TransformerOptions
                    {
                        EmbeddingDimension = Integer(root, "embedding_dimension"),
                        HeadDimension = Integer(root, "head_dimension"),
                        Heads = Integer(root, "parallel_heads"),
                        SubHeads = Integer(root, "sub_heads", 1),
                        Layers = Integer(root, "layers", 1),
                        MlpWidth = Integer(root, "mlp_width", 0),
                        MlpDepth = Integer(root, "mlp_depth", 1),
                        Projections = Choice(root, "projections", ProjectionNames, Projections.Shared),
                        Precision = Choice(root, "precision", PrecisionNames, ModelPrecision.Float32),
                    },
                }
                : new SequenceEncoderArchitecture
                {
                    VocabularySize = Integer(root, "vocabulary_size"),
                    ContextWindow = Integer(root, "context_window"),
                    Order = Integer(root, "ngram"),
                    Options = new SequenceEncoderOptions
                    {
                        EmbeddingDimension = Integer(root, "embedding_dimension"),
                        Precision = Choice(root, "precision", PrecisionNames, ModelPrecision.Float32),
                    },
                };
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

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("It holds no JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"It is no valid JSON: {exception.Message}", exception);
        }
    }

    private static int Integer(JsonObject root, string key, int? absent = null)
    {
        if (root[key] is not { } node)
            return absent ?? throw new InvalidDataException($"The key {key} is missing.");
        return node is JsonValue value && value.TryGetValue(out int number)
            ? number
            : throw new InvalidDataException($"The key {key} is {node.ToJsonString()}; it must be an integer.");
    }

    private static T Choice<T>(JsonObject root, string key, (string Text, T Value)[] choices, T? absent = default)
    {
        if (root[key] is not { } node)
            return absent ?? throw new InvalidDataException($"The key {key} is missing.");
        foreach (var (text, value) in choices)
        {
            if (node is JsonValue given && given.TryGetValue(out string? name) && name == text)
                return value;
        }
        throw new InvalidDataException(
            $"The key {key} is {node.ToJsonString()}; it must be one of {string.Join(", ", choices.Select(c => c.Text))}.");
    }
}
