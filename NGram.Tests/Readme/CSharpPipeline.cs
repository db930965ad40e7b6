using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.Readme;

/// <summary>The README's pipeline, compiled and run; <see cref="ReadmeTests"/> holds the two texts together.</summary>
internal static class CSharpPipeline
{
    public static void Run()
    {
        // README
        var ml = new MLContext(seed: 1);
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(seed: 2222);
        IDataView train = ml.NGrams.Sample(distribution, rows: 512_000, seed: 1),
            test = ml.NGrams.Sample(distribution, rows: 10_000, seed: 2);
        var estimator = ml.NGrams.Transformer(
            new TransformerOptions { EmbeddingDimension = 10, HeadDimension = 8, Heads = 22 },
            new TrainingOptions { Epochs = 2, BatchSize = 512, LearningRate = 1e-3 },
            new FitOptions { Distribution = distribution });
        using var model = estimator.Fit(train);
        Console.WriteLine(model.History.ToDataFrame().Tail(5));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:F3}, log-loss {metrics.LogLoss:F3}");
        // README
    }
}
