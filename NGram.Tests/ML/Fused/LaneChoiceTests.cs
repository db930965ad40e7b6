using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.Tests.ML.Fused;

[TestClass]
public sealed class LaneChoiceTests
{
    /// <summary>
    /// 22 heads fill 24 of 3 x 8 lanes and 32 of 2 x 16, a third more, which does not pay where 16 lanes run at half the rate. 31
    /// fill 32 either way. 6 fill 8 and 16: too few for 16 lanes at any rate.
    /// </summary>
    [TestMethod]
    [DataRow(22, false, 8)]
    [DataRow(31, true, 16)]
    [DataRow(31, false, 16)]
    [DataRow(37, true, 16)]
    [DataRow(37, false, 8)]
    [DataRow(6, true, 8)]
    [DataRow(6, false, 8)]
    public void Heads_and_rate_decide(int heads, bool hasFullRate16, int lanes) =>
        Assert.AreEqual(lanes, LaneChoice.For(Transformer(heads), 512, [4, 8, 16], hasFullRate16));

    /// <summary>8 lanes hold one head, or each of three, in shares of 5; seven nearly fill them as they are.</summary>
    [TestMethod]
    [DataRow(1, 40, 8)]
    [DataRow(3, 40, 8)]
    [DataRow(7, 40, 1)]
    [DataRow(1, 1, 1)]
    [DataRow(8, 40, 1)]
    public void Few_heads_take_several_lanes(int heads, int headDimension, int ofHead)
    {
        var options = new TransformerOptions { EmbeddingDimension = 40, HeadDimension = headDimension, Heads = heads };
        Assert.AreEqual(ofHead, LaneChoice.LanesOfHead(Transformer(heads) with { Options = options }, 512, 8));
    }

    /// <summary>11 heads leave less over in 12 lanes than in 16; still, 4 at a time take 2.4 ms a step and 16 take 1.4.</summary>
    [TestMethod]
    public void Narrow_vectors_are_slower_however_well_heads_fill_them()
    {
        var options = new TransformerOptions { EmbeddingDimension = 50, HeadDimension = 50, Heads = 11 };
        var architecture = Transformer(11) with { VocabularySize = 200, Options = options };
        Assert.AreEqual(16, LaneChoice.For(architecture, 1024, [4, 8, 16], hasFullRate16: true));
        Assert.AreEqual(8, LaneChoice.For(architecture, 1024, [4, 8], hasFullRate16: false));
    }

    /// <summary>Short heads stay whole: 17 of 13 dimensions take 0.21 ms a step so, and 0.38 as 17 vectors.</summary>
    [TestMethod]
    [DataRow(11)]
    [DataRow(17)]
    [DataRow(21)]
    public void Short_heads_stay_whole(int heads)
    {
        var options = new TransformerOptions { EmbeddingDimension = 13, HeadDimension = 13, Heads = heads };
        var architecture = Transformer(heads) with { VocabularySize = 70, Options = options };
        Assert.AreEqual(1, LaneChoice.LanesOfHead(architecture, 1024, 16));
    }

    /// <summary>As 24 lanes of halves 11 heads fill 3 x 8; as 16 whole ones their weights may be multiplied first.</summary>
    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(false, 2)]
    public void Heads_stay_whole_where_their_weights_are_multiplied(bool multiplies, int ofHead)
    {
        var options = new TransformerOptions { EmbeddingDimension = 50, HeadDimension = 50, Heads = 11 };
        var architecture = Transformer(11) with { VocabularySize = 200, Options = options };
        Assert.AreEqual(ofHead, LaneChoice.LanesOfHead(architecture, 1024, 8, multiplies));
    }

    [TestMethod]
    [DataRow(new int[] { }, 4)]
    [DataRow(new[] { 4 }, 4)]
    [DataRow(new[] { 4, 8 }, 8)]
    public void Only_widths_of_the_hardware_are_chosen(int[] widths, int lanes)
    {
        Assert.AreEqual(lanes, LaneChoice.For(Transformer(22), 512, widths, hasFullRate16: false));
        Assert.AreEqual(
            lanes,
            LaneChoice.For(
                new SequenceEncoderArchitecture { VocabularySize = 9, ContextWindow = 3, Order = 3, Options = new() },
                512,
                widths,
                hasFullRate16: false));
    }

    [TestMethod]
    public void A_peak_is_measured_at_every_width()
    {
        foreach (int lanes in VectorWidths.InHardware)
        {
            Assert.IsGreaterThan(0, VectorWidths.Peak(lanes, TimeSpan.FromMilliseconds(5)), $"{lanes}");
            Assert.IsGreaterThan(0, VectorWidths.PeakTogether(lanes, 2, TimeSpan.FromMilliseconds(5)), $"{lanes}");
        }
    }

    private static TransformerArchitecture Transformer(int heads) =>
        new() { VocabularySize = 50, ContextWindow = 3, Order = 3, Options = new() { Heads = heads } };
}
