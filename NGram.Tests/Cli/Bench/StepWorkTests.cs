using NGram.Cli.Bench.Cases;
using NGram.ML.Models;

namespace NGram.Tests.Cli.Bench;

[TestClass]
public sealed class StepWorkTests
{
    [TestMethod]
    public void One_layer_by_hand()
    {
        // N = 4, d = d_h = 2, H = 3; 4 prefixes of one token, 5 of two, of which the 5 are scored.
        var model = BenchCase.Transformer("", 4, 8, new() { EmbeddingDimension = 2, HeadDimension = 2, Heads = 3 });
        var work = StepWork.Of(model.Architecture, [4, 5]);
        const int projections = (4 + 2) * 3 * (3 * 2 * 2); // 6 rows, 3 heads, query, key and value of 2 x 2
        const int outputs = (4 + 2) * 3 * (2 * 2);
        const int pairs = 5 * 2 * 3 * (2 + 2); // 5 queries that see 2 keys: a score and a mixture of 2 numbers each
        const int logits = 5 * 2 * 4;
        Assert.AreEqual(2 * 3 * (projections + outputs + pairs + logits), work.Flops);
        // word_emb 4 x 2, pos_emb 3 x 2, 3 heads of 6 x 2 and 2 x 2, unemb 4 x 2
        const int parameters = 8 + 6 + 3 * (12 + 4) + 8;
        const int values = 6 * 3 * (3 * 2 + 2) + 5 * 2 * 3 + 5 * (2 + 2) + 5 * (2 + 4);
        Assert.AreEqual(4 * (8 * parameters + 4 * values), work.Bytes);
    }

    [TestMethod]
    public void Compression_an_mlp_and_a_second_layer_by_hand()
    {
        var model = BenchCase.Transformer(
            "",
            4,
            8,
            new()
            {
                EmbeddingDimension = 3,
                HeadDimension = 2,
                Heads = 1,
                Layers = 2,
                MlpWidth = 5,
                MlpDepth = 2,
            });
        var work = StepWork.Of(model.Architecture, [4, 5]);
        const int mlp = 3 * 5 + 5 * 5 + 5 * 3;
        // Every prefix is a query of the first layer: 4 see one key, 5 see two.
        const int first = 6 * 4 * (2 * 2) + (4 + 10) * 4 + (4 + 9) * 6 + 9 * mlp;
        const int second = 9 * 4 * (2 * 2) + 10 * 4 + (9 + 5) * 6 + 5 * mlp;
        Assert.AreEqual(2 * 3 * (first + second + 5 * 3 * 4), work.Flops);
    }

    [TestMethod]
    public void A_sequence_encoder_multiplies_by_its_unembedding_alone()
    {
        var encoder = BenchCase.All.Single(model => model.Architecture is SequenceEncoderArchitecture);
        Assert.AreEqual(6.0 * 800 * 10 * 50, StepWork.Of(encoder.Architecture, [50, 800]).Flops);
    }

    [TestMethod]
    public void Prefixes_are_counted_once()
    {
        ushort[] tokens = [1, 2, 0, 1, 2, 3, 1, 3, 0, 2, 2, 0];
        Assert.AreSequenceEqual([2, 3], PrefixCounts.Of(tokens, 3));
    }

    [TestMethod]
    public void The_mean_of_a_streams_prefixes_is_what_chance_gives()
    {
        var model = BenchCase.All[0];
        double[] prefixes = PrefixCounts.Mean(BatchStream.Of(model), 3);
        // All 50 tokens occur among 512 (each is missing with probability 3e-5); of 2,500 pairs, 2500 (1 - (1 - 1/2500)^512) =
        // 463.
        Assert.AreEqual(50, prefixes[0], 0.1);
        // A batch's number has a standard deviation below 7, the mean of 200 one below 0.5.
        Assert.AreEqual(2500 * (1 - Math.Pow(1 - 1 / 2500.0, 512)), prefixes[1], 2.5);
    }
}
