using Microsoft.ML;
using NGram.Data.Laws;

namespace NGram.Tests.Readme;

/// <summary>The README's pipeline, compiled and run; <see cref="ReadmeTests"/> holds the two texts together.</summary>
internal static class CSharpPipeline
{
    public static double Run()
    {
        // README
        var ml = new MLContext(seed: 1);
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(seed: 2222);
        var train = ml.NGrams.Sample(distribution, rows: 20_000, seed: 1);
        var test = ml.NGrams.Sample(distribution, rows: 10_000, seed: 2);
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(distribution: distribution).Fit(train);
        Console.WriteLine(model.History.ToDataFrame().Tail(5));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:F3}, log-loss {metrics.LogLoss:F3}");
        // README
        return metrics.MicroAccuracy;
    }
}
