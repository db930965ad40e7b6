using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>How many lanes the vectors of a model's engine have.</summary>
/// <remarks>
/// Wider is faster, but heads fill whole vectors: 22 heads take 24 lanes of 3 x 8, but 32 of 2 x 16; where 16 lanes run at half
/// the rate, that is a third more work. So the widths of the hardware are compared by the floats that a step would work on,
/// padding included, over the lanes that the processor handles at a time. Equal inputs on equal processors give equal widths.
/// </remarks>
internal static class LaneChoice
{
    /// <summary>A multiply-add of attention, which loads its operands, takes about as long as this many in a tile.</summary>
    private const int AttentionWeight = 3;

    /// <summary>What giving a head several lanes must save at least, since their products are shorter.</summary>
    private const double LeastSaving = 0.1;

    /// <summary>The width that takes the least time; the widest if there are several.</summary>
    public static int For(Architecture architecture, int batchSize) =>
        For(architecture, batchSize, VectorWidths.InHardware, VectorWidths.HasFullRate16);

    /// <summary>The same for a processor with the given widths; without any, the narrowest, which is then emulated.</summary>
    public static int For(Architecture architecture, int batchSize, IReadOnlyList<int> widths, bool hasFullRate16)
    {
        double Time(int lanes) => Floats(architecture, batchSize, lanes) / (lanes == 16 && !hasFullRate16 ? 8 : lanes);
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
        int dimension = architecture.Options.HeadDimension / architecture.Options.SubHeads, best = 1;
        double least = (1 - LeastSaving) * AttentionFloats(architecture, batchSize, lanes, 1, multiplies);
        for (int more = 2; more <= lanes && more < 2 * dimension; more *= 2)
        {
            double floats = AttentionFloats(architecture, batchSize, lanes, more, multiplies);
            if (floats < least)
                (best, least) = (more, floats);
        }
        return best;
    }

    /// <summary>Multiply-adds of a step, padding included: those whose number depends on the width.</summary>
    private static double Floats(Architecture architecture, int batchSize, int lanes)
    {
        double rows = (double)batchSize * (architecture.ContextWindow - 1);
        int d = architecture.Dimension;
        double logits = rows * d * architecture.VocabularySize;
        if (architecture is not TransformerArchitecture { Options: var options } attention)
            return logits;
        double mlp = options.HasMlp ? options.Layers * rows * 2 * d * Matrix.Padded(options.MlpWidth, lanes) : 0;
        int ofHead = LanesOfHead(attention, batchSize, lanes);
        return logits + AttentionFloats(attention, batchSize, lanes, ofHead, multiplies: true) + mlp;
    }

    /// <summary>Multiply-adds of the heads, each of which takes a given number of lanes.</summary>
    private static double AttentionFloats(
        TransformerArchitecture attention, int batchSize, int lanes, int lanesOfHead, bool multiplies)
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
        double values = ofValues ? c * outputs : c * h + inputs * outputs, scores = ofScores ? c * c : 2 * c * h;
        double products = (ofValues ? c * inputs * outputs : 0) + (ofScores ? c * h * c : 0);
        double projected = Math.Min(rows, attention.VocabularySize + attention.PromptLength) + (options.Layers - 1) * rows;
        double projections = (projected * (scores + values) + options.Layers * products) * heads;
        double mixing = AttentionWeight * options.Layers * rows * keys * ((ofScores ? c : h) + outputs) * heads;
        return projections + mixing;
    }
}
