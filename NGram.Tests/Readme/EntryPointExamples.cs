using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Estimators;
using NGram.ML.Estimators.Solved;
using NGram.ML.Evaluation;
using NGram.ML.Generation;
using NGram.ML.Sweeps;
using static TorchSharp.torch;

namespace NGram.Tests.Readme;

/// <summary>The examples in the documentation of the entry points; <see cref="ExampleTests"/> holds the texts together.</summary>
internal static class EntryPointExamples
{
    public static void Train(MLContext ml, IDataView train, IDataView test)
    {
        // README
        var trainer = ml.MulticlassClassification.Trainers.AttentionTransformer();
        using var model = trainer.Fit(train);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        // README
        Assert.IsGreaterThan(0.2, metrics.MicroAccuracy);
    }

    public static void TrainInPipeline(MLContext ml, IDataView train, IDataView validation)
    {
        // README
        var keys = ml.Transforms.Conversion.MapValueToKey([new("Context", "Words"), new("Label", "Next")]);
        var pipeline = keys.Append(
            ml.MulticlassClassification.Trainers.AttentionTransformer(validationSet: keys.Fit(train).Transform(validation)));
        using var model = pipeline.Fit(train);
        Console.WriteLine(model.LastTransformer.History.ValidationToDataFrame());
        // README
    }

    public static void TrainWithOptions(MLContext ml, IDataView train)
    {
        // README
        var options = new AttentionTransformerOptions { Heads = 16, MlpWidth = 64, ScoreColumnName = "Probabilities" };
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(train);
        // README
    }

    public static void TrainEncoder(MLContext ml, IDataView train)
    {
        // README
        var trainer = ml.MulticlassClassification.Trainers.SequenceEncoder(embeddingDimension: 10);
        using var model = trainer.Fit(train);
        Console.WriteLine(model.History.FinalAccuracy);
        // README
    }

    public static void FindEncoder(MLContext ml, NGram.Data.Distributions.INGramDistribution law, IDataView sample)
    {
        // README
        var trainer = ml.MulticlassClassification.Trainers.OptimalSequenceEncoder(law, embeddingDimension: 3);
        using var best = trainer.Fit(sample);
        Console.WriteLine(ml.NGrams.EvaluateExactly(best, law).Divergence);
        // README
    }

    public static void TrainModule(MLContext ml, IDataView train)
    {
        // README
        var trainer = ml.NGrams.Module(
            shape => nn.Sequential(nn.Embedding(shape.VocabularySize, 32), nn.Linear(32, shape.VocabularySize)),
            new NextTokenOptions { NumberOfEpochs = 5 });
        using var model = trainer.Fit(train);
        // README
    }

    public static void Construct(MLContext ml, INGramDistribution distribution, IDataView train)
    {
        // README
        using var built = ml.MulticlassClassification.Trainers
            .ConstructedTransformer(new ConstructedTransformerOptions { Distribution = distribution })
            .Fit(train);
        Console.WriteLine(ml.NGrams.EvaluateExactly(built, distribution).MemorisedPrompts);
        // README
    }

    public static void Inspect(MLContext ml, NextTokenTransformer model, INGramDistribution distribution)
    {
        // README
        var inspection = ml.NGrams.Inspect(model, distribution);
        Console.WriteLine(inspection.ToDataFrame());
        Console.WriteLine(inspection.Tables(head: 0).ValueOutput[3, 4]);
        // README
        // README
        Console.WriteLine(ml.NGrams.Memory(model, distribution).PromptsToDataFrame());
        // README
    }

    public static void Sample(MLContext ml)
    {
        // README
        var distribution = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(seed: 2222);
        var train = ml.NGrams.Sample(distribution, rows: 20_000, seed: 1);
        // README
        Assert.AreEqual(20_000, train.GetRowCount());
    }

    public static void LoadFiles(MLContext ml)
    {
        // README
        var options = new SequenceLoaderOptions { VocabularySize = 5_000 };
        var sequences = ml.NGrams.LoadSequences(["june.csv", "july.parquet"], options);
        // README
        Assert.IsNotNull(sequences);
    }

    public static void LoadTokens(MLContext ml, INGramDistribution distribution)
    {
        // README
        var tokens = new SequenceSampler(distribution, contextWindow: 3, seed: 1).Sample(rows: 100);
        var rows = ml.NGrams.LoadFromTokens(tokens);
        // README
        Assert.AreEqual(100, rows.GetRowCount());
    }

    public static void ReadText(MLContext ml)
    {
        // README
        var text = ml.Data.LoadFromTextFile("book.txt", [new("Text", DataKind.String, 0)]);
        var windows = ml.NGrams.Windows(text, "Text", contextWindow: 4);
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer().Fit(windows);
        // README
    }

    public static void ShowTokens(INGramDistribution distribution)
    {
        // README
        var matrix = new SequenceSampler(distribution, contextWindow: 3, seed: 1).Sample(rows: 100);
        Console.WriteLine(matrix.ToDataFrame().Head(5));
        // README
    }

    public static void LoadFrame(MLContext ml)
    {
        // README
        var frame = DataFrame.LoadCsvFromString("token0,token1,token2\na,b,c\nb,c,a\nc,a,b");
        var rows = ml.NGrams.LoadFromDataFrame(frame);
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(numberOfEpochs: 5).Fit(rows);
        // README
    }

    public static void Evaluate(MLContext ml, INGramDistribution distribution, IDataView test, NextTokenTransformer model)
    {
        // README
        var metrics = ml.NGrams.Evaluate(model.Transform(test), new EvaluationOptions { Distribution = distribution });
        Console.WriteLine($"divergence {metrics.Divergence:F3}, accuracy {metrics.Accuracy:F3} of {metrics.BestAccuracy:F3}");
        // README

        // README
        Console.WriteLine(ml.NGrams.EvaluateExactly(model, distribution).ToDataFrame());
        // README

        // README
        Console.WriteLine(ml.NGrams.EvaluateContexts(model, distribution).Head(5));
        // README
    }

    public static void Predict(NextTokenTransformer model)
    {
        // README
        ushort[] prompt = model.Vocabulary.Encode(["a", "b"]);
        foreach (var next in model.PredictNext(prompt, top: 3))
            Console.WriteLine($"{model.Vocabulary.Values[next.Token]} {next.Probability:P1}");
        // README

        // README
        var positions = model.PredictPositions(model.Vocabulary.Encode(["a", "b"]), top: 1);
        Console.WriteLine(positions[^1][0].Probability);
        // README

        // README
        ushort[] start = model.Vocabulary.Encode(["a", "b"]);
        ushort[] tokens = model.Generate(start, length: 8, new GenerationOptions { Temperature = 0.5, Seed = 1 });
        Console.WriteLine(string.Join(' ', tokens.Select(token => model.Vocabulary.Values[token])));
        // README
    }

    public static void GenerateInPipeline(MLContext ml, IDataView data, NextTokenTransformer model)
    {
        // README
        var generated = ml.NGrams.Generate(model, length: 8, new GenerationOptions { Seed = 1 }).Fit(data).Transform(data);
        Console.WriteLine(generated.Schema["Generated"]);
        // README
    }

    public static void Sweep(MLContext ml, IDataView train, IDataView test)
    {
        // README
        var sweep = ml.NGrams.Sweep(
            (context, trial) => context.MulticlassClassification.Trainers.AttentionTransformer(
                new AttentionTransformerOptions { Heads = trial.Integer("Heads"), Seed = trial.Seed, NumberOfEpochs = 5 }),
            SweepAxis.Of("Heads", 1, 4));
        Console.WriteLine(sweep.Run(train, test).ToDataFrame());
        // README
    }
}
