using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Models;

/// <summary>Small float64 architectures that between them reach every option, and batches for them.</summary>
internal static class Architectures
{
    public static readonly IReadOnlyDictionary<string, Architecture> All = new Dictionary<string, Architecture>
    {
        ["unigram AoT"] = Transformer(
            4,
            1,
            2,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 2,
            }),
        ["bigram AoT"] = Transformer(
            5,
            2,
            2,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 4,
                Heads = 2,
            }),
        ["bigram AoT, window 4"] = Transformer(
            5,
            2,
            4,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 2,
            }),
        ["trigram AoT, d = d_head"] = Transformer(
            5,
            3,
            3,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 3,
                Heads = 2,
            }),
        ["4-gram AoT, sub-heads, window 6"] = Transformer(
            4,
            4,
            6,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 4,
                SubHeads = 2,
                Heads = 2,
            }),
        ["long prompt"] = Transformer(
            4,
            3,
            12,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 4,
                SubHeads = 2,
                Heads = 2,
                Layers = 2,
            }),
        ["per-head projections"] = Transformer(
            5,
            3,
            4,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 3,
                Projections = Projections.PerHead,
            }),
        ["per-head, d_head > d, sub-heads"] = Transformer(
            4,
            2,
            3,
            new()
            {
                EmbeddingDimension = 2,
                HeadDimension = 6,
                SubHeads = 3,
                Heads = 2,
                Layers = 2,
                Projections = Projections.PerHead,
            }),
        ["per-head, long prompt, MLP"] = Transformer(
            4,
            4,
            11,
            new()
            {
                EmbeddingDimension = 2,
                HeadDimension = 2,
                Heads = 2,
                MlpWidth = 3,
                Projections = Projections.PerHead,
            }),
        ["three layers"] = Transformer(
            4,
            3,
            4,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 2,
                Layers = 3,
            }),
        ["MLP of depth 3"] = Transformer(
            4,
            3,
            4,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 1,
                Layers = 2,
                MlpWidth = 4,
                MlpDepth = 3,
            }),
        ["MLP of depth 0"] = Transformer(
            4,
            3,
            3,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 1,
                MlpWidth = 4,
                MlpDepth = 0,
            }),
        ["unigram encoder"] = Encoder(5, 1, 3, 2),
        ["bigram encoder"] = Encoder(5, 2, 2, 3),
        ["trigram encoder, window 5"] = Encoder(4, 3, 5, 2),
        ["4-gram encoder, window 6"] = Encoder(3, 4, 6, 2),
    };

    public static IEnumerable<object[]> Names => All.Keys.Select(name => new object[] { name });

    /// <summary>Weights larger than the initial ones, so that attention is far from uniform.</summary>
    public static StateDict Weights(Architecture architecture, int seed = 7)
    {
        var random = new Random(seed);
        var weights = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            weights.Add(
                name,
                new ParameterTensor(
                    shape,
                    [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (p, s) => p * s)).Select(_ => 3 * random.NextDouble() - 1.5)]
                ));
        }

        return weights;
    }

    /// <summary>Rows of uniform tokens.</summary>
    public static ushort[] Tokens(Architecture architecture, int rows, int seed = 11)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, rows * architecture.ContextWindow)
                .Select(_ => (ushort)random.Next(architecture.VocabularySize)),
        ];
    }

    private static TransformerArchitecture Transformer(
        int vocabularySize,
        int order,
        int contextWindow,
        TransformerOptions options
    ) =>
        new()
        {
            VocabularySize = vocabularySize,
            Order = order,
            ContextWindow = contextWindow,
            Options = options with { Precision = ModelPrecision.Float64 },
        };

    private static SequenceEncoderArchitecture Encoder(int vocabularySize, int order, int contextWindow, int dimension) => new()
    {
        VocabularySize = vocabularySize,
        Order = order,
        ContextWindow = contextWindow,
        Options = new() { EmbeddingDimension = dimension, Precision = ModelPrecision.Float64 },
    };
}
