using Microsoft.ML;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using NGram.ML.Training;

namespace NGram.Tests.Readme;

/// <summary>
/// The README's snippets for an ML.NET application, compiled and run on words; <see cref="ReadmeTests"/> holds the texts
/// together.
/// </summary>
internal static class Application
{
    public static (double Accuracy, double LoadedAccuracy) Train(MLContext ml, IDataView data, IDataView test, string path)
    {
        // README
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey([new("Context", "Words"), new("Label", "Next")])
            .Append(ml.MulticlassClassification.Trainers.AttentionTransformer())
            .Append(ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        using var model = pipeline.Fit(data);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        ml.Model.Save(model, data.Schema, path);
        // README
        return (metrics.MicroAccuracy, Load(path, test));
    }

    private static double Load(string path, IDataView test)
    {
        // README
        var ml = new MLContext();
        var model = ml.Model.Load(path, out var inputSchema);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        // README
        Assert.AreEqual(test.Schema.Count, inputSchema.Count);
        (model as IDisposable)?.Dispose();
        return metrics.MicroAccuracy;
    }

    public static string[] Use(MLContext ml, IDataView train, IDataView validation)
    {
        // README
        using var cancellation = new CancellationTokenSource();
        var options = new AttentionTransformerOptions
        {
            Heads = 4,
            Patience = 3,
            ValidationSet = validation,
            CancellationToken = cancellation.Token,
            Progress = new Progress<TrainingProgress>(),
        };
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(train);
        Console.WriteLine(model.History.ValidationToDataFrame());
        Console.WriteLine(ml.NGrams.Evaluate(validation, model).ToDataFrame());
        ushort[] prompt = model.Vocabulary.Encode(["a", "b"]);
        var text = model
            .Generate(prompt, length: 8, new GenerationOptions { Temperature = 0.5, Seed = 1 })
            .Select(token => model.Vocabulary.Values[token]);
        // README
        return [.. text.Cast<string>()];
    }
}
