using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.Tests.ML.Estimators;

/// <summary>Rows of text tokens as an application has them, and the stock pipeline that makes keys of them.</summary>
internal sealed class TextRow
{
    [VectorType(2)]
    public string[] Words { get; set; } = [];

    public string Next { get; set; } = "";

    /// <summary>Two dictionaries, each in the order in which its column's tokens appear.</summary>
    public static IEstimator<ITransformer> ToKeys(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        [new InputOutputColumnPair("Context", nameof(Words)), new InputOutputColumnPair("Label", nameof(Next))]);

    /// <summary>
    /// Next is the second word's successor in the cycle a, b, c, ..., so that the labels' order differs from the contexts'.
    /// </summary>
    public static List<TextRow> Cycle(int rows, int seed, int tokens = 5)
    {
        var random = new Random(seed);
        string Token(int i) => ((char)('a' + (i + tokens) % tokens)).ToString();
        return
        [
            .. Enumerable
                .Range(0, rows)
                .Select(_ => random.Next(tokens))
                .Select(i => new TextRow { Words = [Token(random.Next(tokens)), Token(i)], Next = Token(i + 1) }),
        ];
    }
}
