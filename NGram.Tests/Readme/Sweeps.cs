using Microsoft.ML;
using NGram.ML.Estimators;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Reporting;

namespace NGram.Tests.Readme;

/// <summary>The README's sweeps, compiled and run; <see cref="ReadmeTests"/> holds the texts together.</summary>
internal static class Sweeps
{
    public static long Experiment(string folder)
    {
        // README
        var sweep = SweepPresets.Get("exp6").Set("Heads", "1,5,9").Repeat(6).Scale(0.1);
        var result = sweep.Run(folder);
        Console.WriteLine(result.SummaryToDataFrame());
        Console.WriteLine(result.FitsToDataFrame());
        // README
        return result.ToDataFrame().Rows.Count;
    }

    public static double Pipeline(MLContext ml, IDataView train, IDataView test)
    {
        // README
        var sweep = ml.NGrams.Sweep(
            (context, trial) => context
                .Transforms.Conversion.MapValueToKey([new("Context", "Words"), new("Label", "Next")])
                .Append(context.MulticlassClassification.Trainers.AttentionTransformer(new AttentionTransformerOptions
                {
                    Heads = trial.Integer("Heads"),
                    LearningRate = trial.Number("LearningRate"),
                    Seed = trial.Seed,
                })),
            SweepAxis.Of("Heads", 1, 4),
            SweepAxis.Of("LearningRate", 0.01, 0.003));
        var result = sweep.Run(train, test, new() { Repetitions = 3 });
        Console.WriteLine(result.SummaryToDataFrame());
        var model = sweep.CreatePipeline(result.Best("MicroAccuracy")).Fit(train);
        // README
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        (model as IDisposable)?.Dispose();
        return accuracy;
    }
}
