using NGram.Data.Distributions;

namespace NGram.ML.Models;

/// <summary>
/// The least work of a training step when equal prefixes are computed once: what the times are held against. Every figure
/// counts forward and backward.
/// </summary>
/// <param name="Flops">
/// Multiplications and additions of the matrix products and of attention. A product of [a, b] and [b, c] is 2abc, and twice
/// that backward, for the gradients of both. exp, GELU, softmax and Adam are not counted.
/// </param>
/// <param name="Bytes">
/// float32 traffic if every value is written and read once in each direction: a parameter 8 times (itself, its gradient and
/// Adam's two moments, each read and written), an intermediate value 4 times (itself and its gradient).
/// </param>
/// <remarks>
/// A layer, for R rows that are projected, Q queries, K pairs of a query and a key that it sees, H heads of dimension h with
/// s sub-heads, reading vectors of dimension c: multiply-adds
/// <code>
/// projections       R c 3h H     (query, key, value)
/// outputs of values R h c H      (the output projection comes before the mixing)
/// scores and mixing K H (h + s c)
/// compression       R d h, and decompression Q h d, where d != h and the projections are shared
/// MLP of width w    Q (2 d w + (depth - 1) w^2)
/// </code>
/// The first layer's rows are the N tokens and S positions, as its projections are linear in both; a later layer's are the
/// distinct prefixes. The last layer's queries are the scored prefixes. Logits: d N for each scored prefix.
/// </remarks>
internal sealed record StepWork(double Flops, double Bytes)
{
    private const int Directions = 3;
    private const int ParameterAccesses = 8;
    private const int ValueAccesses = 4;

    /// <summary>With fewer rows a prefix none comes twice.</summary>
    private const double RareShare = 1e-6;

    /// <summary>The work for a batch with <paramref name="prefixes"/>[s] distinct prefixes of s + 1 tokens.</summary>
    public static StepWork Of(Architecture architecture, IReadOnlyList<double> prefixes)
    {
        double scored = prefixes.Skip(architecture.FirstScored).Sum();
        var (products, values) = architecture.WorkOfLayers(prefixes);
        int dimension = architecture.Dimension;
        products += scored * dimension * architecture.VocabularySize;
        values += scored * (dimension + architecture.VocabularySize);
        return new(
            2 * Directions * products,
            sizeof(float) * (ParameterAccesses * (double)architecture.ParameterCount + ValueAccesses * values));
    }

    /// <summary>The expected work for a batch of so many rows that are uniform among as many as there can be.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="prefixes">How many prefixes of a number of tokens there are; null: any tokens.</param>
    public static StepWork OfUniform(Architecture architecture, double rows, Func<int, double>? prefixes = null)
    {
        double Prefixes(int length) => prefixes?.Invoke(length) ?? ContextIndex.Count(architecture.VocabularySize, length);
        var lengths = Enumerable.Range(1, architecture.PromptLength);
        return Of(architecture, [.. lengths.Select(length => Distinct(rows, Prefixes(length)))]);
    }

    /// <summary>The expected number of different prefixes among so many uniform ones.</summary>
    private static double Distinct(double rows, double prefixes) =>
        rows < RareShare * prefixes ? rows : prefixes * (1 - Math.Exp(rows * Math.Log(1 - 1 / prefixes)));

    /// <summary>What a transformer's layers take of it.</summary>
    internal static (double Products, double Values) OfLayers(
        TransformerArchitecture architecture, IReadOnlyList<double> prefixes)
    {
        var options = architecture.Options;
        double d = options.EmbeddingDimension,
            h = options.HeadDimension,
            heads = options.Heads,
            subHeads = options.SubHeads;
        double input = architecture.AttentionInputDimension,
            width = options.HasMlp ? options.MlpWidth : 0,
            depth = options.MlpDepth;
        double products = 0,
            values = 0;
        for (int layer = 0; layer < options.Layers; layer++)
        {
            int firstQuery = layer == options.Layers - 1 ? architecture.FirstScored : 0;
            double embedded = layer == 0 ? architecture.VocabularySize : prefixes.Sum();
            double rows = layer == 0 ? architecture.VocabularySize + architecture.PromptLength : embedded;
            double queries = prefixes.Skip(firstQuery).Sum();
            double pairs = prefixes.Select((count, depthOf) => depthOf < firstQuery ? 0 : count * (depthOf + 1)).Sum();

            products += rows * heads * input * (3 * h + h) + pairs * heads * (h + subHeads * input);
            values += rows * heads * (3 * h + subHeads * input) + pairs * heads * subHeads + queries * (input + d);
            if (architecture.Compresses)
                products += (embedded + queries) * d * h;
            if (width > 0)
            {
                products += queries * (2 * d * width + (depth - 1) * width * width);
                values += queries * 2 * depth * width;
            }
        }
        return (products, values);
    }
}
