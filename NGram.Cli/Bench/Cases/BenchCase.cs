using NGram.ML.Models;

namespace NGram.Cli.Bench.Cases;

/// <summary>A model whose training step is timed, on uniform trigrams that end in one token a context.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Architecture">The model.</param>
/// <param name="BatchSize">Rows of a batch.</param>
internal sealed record BenchCase(string Name, Architecture Architecture, int BatchSize)
{
    private const int Order = 3;

    /// <summary>The notebook's model, the largest ones of the paper's experiments and the notebook's sequence encoder.</summary>
    public static IReadOnlyList<BenchCase> All { get; } =
    [
        Transformer("notebook", 50, 512, new()),
        Transformer(
            "experiment 1",
            50,
            256,
            new()
            {
                EmbeddingDimension = 13,
                HeadDimension = 13,
                Heads = 31,
            }),
        Transformer(
            "experiment 5 AoT",
            70,
            1024,
            new()
            {
                EmbeddingDimension = 13,
                HeadDimension = 13,
                Heads = 31,
            }),
        Transformer(
            "experiment 5 MLP",
            70,
            1024,
            new()
            {
                EmbeddingDimension = 13,
                HeadDimension = 13,
                Heads = 1,
                MlpWidth = 780,
            }),
        Transformer(
            "larger dimension",
            200,
            1024,
            new()
            {
                EmbeddingDimension = 50,
                HeadDimension = 50,
                Heads = 11,
            }),
        Transformer(
            "three layers",
            70,
            512,
            new()
            {
                EmbeddingDimension = 10,
                HeadDimension = 10,
                Heads = 21,
                Layers = 3,
            }),
        Transformer(
            "experiment 6",
            10,
            256,
            new()
            {
                EmbeddingDimension = 2,
                HeadDimension = 2,
                Heads = 21,
            }),
        new(
            "sequence encoder",
            new SequenceEncoderArchitecture
            {
                VocabularySize = 50,
                ContextWindow = Order,
                Order = Order,
                Options = new(),
            },
            1024),
    ];

    /// <summary>A case of a transformer.</summary>
    public static BenchCase Transformer(string name, int vocabularySize, int batchSize, TransformerOptions options) => new(
        name,
        new TransformerArchitecture { VocabularySize = vocabularySize, ContextWindow = Order, Order = Order, Options = options },
        batchSize);
}
