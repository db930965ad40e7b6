using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Evaluation;

/// <summary>A small model of random weights, large enough that predictions are far from uniform.</summary>
internal static class SavedModels
{
    public const int N = 6;
    public const int Window = 4;

    public static TransformerArchitecture Architecture { get; } = new()
    {
        VocabularySize = N,
        ContextWindow = Window,
        Order = 3,
        Options = new TransformerOptions { EmbeddingDimension = 6, HeadDimension = 6, Heads = 3 },
    };

    public static StateDict Parameters(int seed)
    {
        var parameters = Initialization.Create(Architecture, seed);
        foreach (var (_, values) in parameters.Values)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(2 * values[i]);
        }

        return parameters;
    }

    public static void Save(string path, int seed) => ModelFile.Save(path, Architecture, Parameters(seed));

    public static void SaveWithTexts(string path, int seed, string[] texts) =>
        OnnxFile.Save(path, Architecture, Parameters(seed), texts);

    public static string[] RandomRows(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => string.Join(',', Enumerable.Range(0, Window).Select(_ => random.Next(N)))),
        ];
    }
}
