using System.Reflection;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Interchange.Onnx;

/// <summary>One model for every architecture option that a written model must compute rightly.</summary>
internal static class ModelCase
{
    private static readonly Dictionary<string, Architecture> Architectures = new(StringComparer.Ordinal)
    {
        ["attention only"] = Transformer(
            3,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 3,
            }),
        ["embedding as wide as a head"] = Transformer(
            3,
            new()
            {
                EmbeddingDimension = 5,
                HeadDimension = 5,
                Heads = 2,
            }),
        ["head wider than the embedding"] = Transformer(
            3,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 7,
                Heads = 2,
            }),
        ["per-head projections"] = Transformer(
            4,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 3,
                Projections = Projections.PerHead,
            }),
        ["sub-heads"] = Transformer(
            4,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 9,
                Heads = 2,
                SubHeads = 3,
            }),
        ["per-head layers with sub-heads"] = Transformer(
            5,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 2,
                SubHeads = 2,
                Layers = 3,
                Projections = Projections.PerHead,
            }),
        ["layers and a long window"] = Transformer(
            9,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 2,
                Layers = 3,
            }),
        ["one token of prompt"] = Transformer(
            2,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 2,
            }),
        ["MLP"] = Transformer(
            4,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 2,
                MlpWidth = 11,
            }),
        ["deep MLP in layers"] = Transformer(
            4,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 6,
                Heads = 2,
                Layers = 2,
                MlpWidth = 5,
                MlpDepth = 3,
            }),
        ["double precision"] = Transformer(
            4,
            new()
            {
                EmbeddingDimension = 6,
                HeadDimension = 4,
                Heads = 2,
                MlpWidth = 7,
                Precision = ModelPrecision.Float64,
            }),
        ["sequence encoder of order 1"] = SequenceEncoder(window: 2, order: 1),
        ["sequence encoder of order 2"] = SequenceEncoder(window: 4, order: 2),
        ["sequence encoder of order 3"] = SequenceEncoder(window: 3, order: 3),
        ["sequence encoder of order 4, longer window"] = SequenceEncoder(window: 7, order: 4),
    };

    /// <summary>Tokens of every model.</summary>
    public const int VocabularySize = 7;

    /// <summary>Names of all cases, for DynamicData.</summary>
    public static IEnumerable<object[]> Names => Architectures.Keys.Select(name => new object[] { name });

    public static string DisplayName(MethodInfo method, object[] data) => $"{method.Name}({data[0]})";

    public static Architecture Architecture(string name) => Architectures[name];

    /// <summary>Weights twice the initial ones, so that attention is far from uniform and GELU from linear.</summary>
    public static StateDict Parameters(Architecture architecture)
    {
        var parameters = new StateDict();
        foreach (var (name, tensor) in Initialization.Create(architecture, seed: 11))
            parameters.Add(name, tensor with { Values = [.. tensor.Values.Select(x => 2 * x)] });
        return parameters;
    }

    private static TransformerArchitecture Transformer(int window, TransformerOptions options) =>
        new() { VocabularySize = VocabularySize, ContextWindow = window, Order = window, Options = options };

    private static SequenceEncoderArchitecture SequenceEncoder(int window, int order) =>
        new()
        {
            VocabularySize = VocabularySize,
            ContextWindow = window,
            Order = order,
            Options = new() { EmbeddingDimension = 4 },
        };
}
