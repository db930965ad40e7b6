using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>How many lanes the vectors of a model's engine have.</summary>
/// <remarks>
/// Wider is faster, but heads fill whole vectors: 22 heads take 24 lanes of 3 x 8, but 32 of 2 x 16; where 16 lanes run at half
/// the rate, that is a third more work. So every width of the hardware is held against the floats that a step would work on,
/// padding included, over the lanes that the processor works off at a time. Equal inputs on equal processors give equal widths.
/// </remarks>
internal static class LaneChoice
{
    /// <summary>The width with the least time; the widest of several.</summary>
    public static int For(Architecture architecture, int batchSize) =>
        For(architecture, batchSize, VectorWidths.InHardware, VectorWidths.HasFullRate16);

    /// <summary>The same for a processor with given widths; without any, the least one, which then is emulated.</summary>
    public static int For(Architecture architecture, int batchSize, IReadOnlyList<int> widths, bool hasFullRate16)
    {
        double Time(int lanes) => Floats(architecture, batchSize, lanes) / (lanes == 16 && !hasFullRate16 ? 8 : lanes);
        return widths.OrderByDescending(lanes => lanes).DefaultIfEmpty(VectorWidths.All[0]).MinBy(Time);
    }

    /// <summary>Multiply-adds of a step, padding included: those whose number depends on the width.</summary>
    private static double Floats(Architecture architecture, int batchSize, int lanes)
    {
        double rows = (double)batchSize * (architecture.ContextWindow - 1);
        int d = architecture switch
        {
            TransformerArchitecture transformer => transformer.Options.EmbeddingDimension,
            SequenceEncoderArchitecture encoder => encoder.Options.EmbeddingDimension,
            _ => 0,
        };
        double logits = rows * d * architecture.VocabularySize;
        if (architecture is not TransformerArchitecture { Options: var options } attention)
            return logits;
        double heads = Matrix.Padded(options.Heads * options.SubHeads, lanes), h = options.HeadDimension / options.SubHeads;
        double c = attention.AttentionInputDimension, keys = (attention.PromptLength + 1) / 2.0;
        double tabulated = Math.Min(rows, attention.VocabularySize + attention.PromptLength);
        double projections = (tabulated + (options.Layers - 1) * rows) * 4 * c * h * heads;
        double mixing = options.Layers * rows * keys * (h + c) * heads;
        double mlp = options.HasMlp ? options.Layers * rows * 2 * d * Matrix.Padded(options.MlpWidth, lanes) : 0;
        return logits + projections + mixing + mlp;
    }
}
