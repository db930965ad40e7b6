using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;

namespace NGram.Tests.Readme;

/// <summary>What an attention-only transformer remembers next to a linear model and a tree ensemble, on the same rows.</summary>
internal static class StockComparison
{
    public static IReadOnlyList<NextTokenMetrics> Run(
        MLContext ml,
        INGramDistribution distribution,
        IDataView train,
        IDataView test,
        AttentionTransformerOptions options)
    {
        var oneHot = ml.Transforms.Conversion.MapKeyToVector("Features", "Context");
        var trainers = new Dictionary<string, IEstimator<ITransformer>>
        {
            ["SdcaMaximumEntropy"] = oneHot.Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy()),
            ["LightGbm"] = oneHot.Append(ml.MulticlassClassification.Trainers.LightGbm()),
            ["AttentionTransformer"] = ml.Transforms.CopyColumns("Prompt", "Context")
                .Append(ml.MulticlassClassification.Trainers.AttentionTransformer(options)),
        };
        var metrics = new List<NextTokenMetrics>();
        foreach (var (name, trainer) in trainers)
        {
            var model = trainer.Fit(train);
            using (model as IDisposable)
            {
                metrics.Add(
                    ml.NGrams.Evaluate(model.Transform(test), new EvaluationOptions { Distribution = distribution }) with
                    {
                        Model = name,
                        Data = "test",
                    });
            }
        }
        return metrics;
    }
}
