using System.Numerics;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>How many lanes the vectors of a model's engine have.</summary>
/// <remarks>
/// Wider is faster, but heads fill whole vectors: 22 heads take 24 lanes of 3 x 8, but 32 of 2 x 16, which is a third more to
/// store and, where 16 lanes run at half the rate, a third more work. So the widths of the hardware are compared by an estimate
/// of a step's time, padding included. Its weights are fitted to the times of 36 models on a Zen 5, on every width with every
/// number of lanes a head: what it chooses takes at most 3% longer than the best of them, 0.2% on average. Equal inputs on equal
/// processors give equal widths.
/// </remarks>
internal static class LaneChoice
{
    // Estimates count in multiply-adds of attention, each forward and backward.

    /// <summary>What a vector of heads takes for every key of a query, beside its multiply-adds.</summary>
    private const int KeyWeight = 30;

    /// <summary>A multiply-add of a projection.</summary>
    private const int ProjectionWeight = 2;

    /// <summary>A vector of a query, a key or a value, and of its gradient, to memory and back.</summary>
    private const double MemoryWeight = 2.5;

    /// <summary>Floats that go to memory at a time: a vector of 16 takes as long as two of 8.</summary>
    private const int MemoryLanes = 8;

    /// <summary>The width that takes the least time; the widest if there are several.</summary>
    public static int For(Architecture architecture, int batchSize) =>
        For(architecture, batchSize, VectorWidths.InHardware, VectorWidths.HasFullRate16);

    /// <summary>The same for a processor with the given widths; without any, the narrowest, which is then emulated.</summary>
    public static int For(Architecture architecture, int batchSize, IReadOnlyList<int> widths, bool hasFullRate16)
    {
        double Rate(int lanes) => lanes == 16 && !hasFullRate16 ? 8 : lanes;
        double Time(int lanes) =>
            StepTime(architecture, batchSize, lanes, new(Rate(lanes), Rate(widths.Contains(16) ? 16 : lanes)));
        return widths.OrderByDescending(lanes => lanes).DefaultIfEmpty(VectorWidths.All[0]).MinBy(Time);
    }

    /// <summary>
    /// How many lanes of such vectors a head takes, a power of two. With several, each has a share of the head's dimensions, so
    /// that one head of 40 dimensions is 8 lanes of 5, not one lane of 40 beside 7 of zeros.
    /// </summary>
    /// <param name="architecture">The model.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="lanes">Floats of a vector.</param>
    /// <param name="multiplies">
    /// Whether weights may be multiplied first (<see cref="HeadProducts"/>), and outputs be in lanes.
    /// </param>
    public static int LanesOfHead(TransformerArchitecture architecture, int batchSize, int lanes, bool multiplies = true)
    {
        int dimension = architecture.Options.HeadDimension / architecture.Options.SubHeads;
        return Enumerable.Range(0, BitOperations.Log2((uint)lanes) + 1)
            .Select(power => 1 << power)
            .Where(ofHead => ofHead == 1 || ofHead < 2 * dimension)
            .MinBy(ofHead => AttentionTime(architecture, batchSize, lanes, ofHead, new(lanes, lanes), multiplies));
    }

    /// <summary>The part of a step's time that depends on the width.</summary>
    private static double StepTime(Architecture architecture, int batchSize, int lanes, Rates rates)
    {
        double rows = (double)batchSize * (architecture.ContextWindow - 1);
        int d = architecture.Dimension;
        double products = rows * d * architecture.VocabularySize, attention = 0;
        if (architecture is TransformerArchitecture { Options: var options } transformer)
        {
            if (options.HasMlp)
                products += options.Layers * rows * 2 * d * options.MlpWidth;
            int ofHead = LanesOfHead(transformer, batchSize, lanes);
            attention = AttentionTime(transformer, batchSize, lanes, ofHead, rates, multiplies: true);
        }
        return ProjectionWeight * products / rates.Products + attention;
    }

    /// <summary>The time of the heads, each of which takes a given number of lanes.</summary>
    private static double AttentionTime(
        TransformerArchitecture attention, int batchSize, int lanes, int lanesOfHead, Rates rates, bool multiplies)
    {
        var options = attention.Options;
        double rows = (double)batchSize * attention.PromptLength, keys = (attention.PromptLength + 1) / 2.0;
        double heads = Matrix.Padded(options.Heads * options.SubHeads * lanesOfHead, lanes);
        int dimension = options.HeadDimension / options.SubHeads, c = attention.AttentionInputDimension;
        int h = (dimension + lanesOfHead - 1) / lanesOfHead;
        // Where a head takes a whole vector, its values have an output in each lane: fewer vectors, from all its dimensions.
        bool fills = multiplies && lanesOfHead == lanes;
        int inputs = fills ? dimension : h, outputs = fills ? Matrix.Padded(c, lanes) / lanes : c;
        bool ofValues = multiplies && HeadProducts.OfValues(c, inputs);
        bool ofScores = ofValues && !fills && HeadProducts.OfScores(c, h);
        int scored = ofScores ? c : h;
        double values = ofValues ? c * outputs : c * h + inputs * outputs, scores = ofScores ? c * c : 2 * c * h;
        double weights = (ofValues ? c * inputs * outputs : 0) + (ofScores ? c * h * c : 0);
        double projected = Math.Min(rows, attention.VocabularySize + attention.PromptLength) + (options.Layers - 1) * rows;
        double products = projected * (scores + values) + options.Layers * weights;
        double mixing = options.Layers * rows * keys * (KeyWeight + scored + outputs);
        double memory = options.Layers * rows * (2 * scored + outputs);
        return heads
            * (mixing / rates.Heads
                + ProjectionWeight * products / rates.Products
                + MemoryWeight * memory / Math.Min(lanes, MemoryLanes));
    }

    /// <summary>Floats that the processor handles at a time.</summary>
    /// <param name="Heads">In vectors of heads.</param>
    /// <param name="Products">In the vectors of products whose lanes are not heads.</param>
    private readonly record struct Rates(double Heads, double Products);
}
