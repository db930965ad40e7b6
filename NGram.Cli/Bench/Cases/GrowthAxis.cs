using NGram.ML.Models;

namespace NGram.Cli.Bench.Cases;

/// <summary>One size of the notebook's model that grows while the others stay.</summary>
/// <param name="Name">The size's symbol.</param>
/// <param name="Sizes">Its values.</param>
/// <param name="At">The model of a value.</param>
internal sealed record GrowthAxis(string Name, IReadOnlyList<int> Sizes, Func<int, BenchCase> At)
{
    private const int VocabularySize = 50;
    private const int BatchSize = 512;

    /// <summary>Vocabulary, heads, head dimension, batch, layers.</summary>
    public static IReadOnlyList<GrowthAxis> All { get; } =
    [
        new("N", [25, 50, 100, 200], size => Model(size, BatchSize, new())),
        new("H", [8, 16, 32, 64], size => Model(VocabularySize, BatchSize, new() { Heads = size })),
        new("d_h", [8, 16, 32, 64], size => Model(VocabularySize, BatchSize, new() { HeadDimension = size })),
        new("batch", [256, 512, 1024, 2048], size => Model(VocabularySize, size, new())),
        new("layers", [1, 2, 3, 4], size => Model(VocabularySize, BatchSize, new() { Layers = size })),
    ];

    private static BenchCase Model(int vocabularySize, int batchSize, TransformerOptions options) =>
        BenchCase.Transformer("growth", vocabularySize, batchSize, options);
}
