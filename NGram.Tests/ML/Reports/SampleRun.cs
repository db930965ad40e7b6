using Microsoft.Data.Analysis;
using NGram.ML.Bounds;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Reports;

namespace NGram.Tests.ML.Reports;

/// <summary>A made-up training with the notebook's bounds, long enough to be smoothed and downsampled.</summary>
internal static class SampleRun
{
    public static TransformerArchitecture Notebook { get; } = new()
    {
        VocabularySize = 50,
        ContextWindow = 3,
        Order = 3,
        Options = new TransformerOptions(),
    };

    public static BoundSet Bounds { get; } = new(BoundSetting.Of(Notebook) with
    {
        Memorised = new MemorisedAccuracy(50, [(1.0 / 2500, 1, 2500)]),
        Entropy = 0,
    });

    public static DataFrame History(int batches, string loss = "Divergence")
    {
        var random = new Random(7);
        double[] decay = [.. Enumerable.Range(0, batches).Select(i => Math.Exp(-4.0 * i / batches))];
        return new DataFrame(
            new Int32DataFrameColumn("Epoch", Enumerable.Range(0, batches).Select(i => i / 1000 + 1)),
            new Int32DataFrameColumn("Batch", Enumerable.Range(0, batches).Select(i => i % 1000 + 1)),
            new DoubleDataFrameColumn(loss, decay.Select(x => 1.69 + 2.3 * x + 0.2 * (random.NextDouble() - 0.5))),
            new DoubleDataFrameColumn("Accuracy", decay.Select(x => 0.51 - 0.49 * x + 0.05 * (random.NextDouble() - 0.5))),
            new DoubleDataFrameColumn("LearningRate", Enumerable.Repeat(1e-3, batches)));
    }

    public static RunReport Report(int batches)
    {
        var curve = new LearningCurve(History(batches), Bounds, trainedBaseline: 0.0057);
        return new RunReport
        {
            Title = "Attention-only transformer on a power law",
            Subtitle = "Made-up numbers, 24 November 2026",
            Results =
            [
                new("Divergence", "1.696 nats"),
                new("Accuracy", "0.510"),
                new("Parameters", "6,816"),
                new("Training time", "140 s"),
                new("Optimal divergence", "0.0057 nats"),
                new("Entropy", "0 nats"),
                new("Engine", "TorchSharp"),
            ],
            Model = ModelTable.Describe(
                Notebook,
                new NextTokenMetrics
                {
                    Rows = 2500,
                    CrossEntropy = 1.7,
                    Accuracy = 0.51,
                    TopKAccuracy = 0.8,
                    MemorisedPrompts = 1275,
                    Bits = 7978,
                    BitsPerParameter = 1.17,
                    SmallestMargin = -9.5,
                }),
            Settings =
            [
                new("Vocabulary size", "50"), new("Order", "3"), new("Embedding dimension", "10"), new("Heads", "22"),
                new("Head dimension", "8"), new("Learning rate", "0.001"), new("Batch size", "512"), new("Law <power>", "a & b"),
            ],
            Bounds = [.. Bounds, .. Bounds.Capacities],
            Charts = [curve.DivergenceChart(), curve.AccuracyChart()],
        };
    }
}
