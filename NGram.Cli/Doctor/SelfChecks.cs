using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;
using NGram.ML.Native;
using NGram.ML.Training;

namespace NGram.Cli.Doctor;

/// <summary>The checks of 'ngram doctor', each a fraction of a second.</summary>
internal static class SelfChecks
{
    private const int Batches = 40, BatchSize = 64, Seed = 1;

    private const string WhatNeedsLibtorch = "--engine torchsharp, float64, modules of your own and .Model";

    private static readonly PowerLaw Law = new() { VocabularySize = 10, Order = 2 };
    private static readonly TransformerOptions Model = new() { EmbeddingDimension = 8, HeadDimension = 8, Heads = 2 };

    /// <summary>All of them, in the order in which one builds on the other.</summary>
    public static IReadOnlyList<SelfCheck> All { get; } =
    [
        new(
            "libtorch",
            $"libtorch is packaged for {string.Join(", ", TorchLibrary.Platforms)}; without it everything else runs in float32.",
            () => $"{TorchLibrary.Load().Description}; opened only for {WhatNeedsLibtorch}",
            TorchLibrary.IsPackaged),
        new(
            "engine torchsharp",
            "Use --engine fused until libtorch loads.",
            () => Train(TrainingEngine.TorchSharp),
            TorchLibrary.IsPackaged),
        new("engine fused", "Use --engine torchsharp.", () => Train(TrainingEngine.Fused)),
        new(
            "ONNX Runtime",
            "Install NGram for this platform; without ONNX Runtime saved models cannot be read or written as model.zip.",
            ScoreWithOnnx),
    ];

    /// <summary>A tiny training, whose loss must fall.</summary>
    private static string Train(TrainingEngine engine)
    {
        var ml = new MLContext(Seed);
        var distribution = Law.CreateDistribution(Seed);
        var data = ml.NGrams.Sample(distribution, Batches * BatchSize, Seed);
        var training = new TrainingOptions
        {
            Engine = engine,
            Epochs = 1,
            BatchSize = BatchSize,
            LearningRate = 0.02,
            Threads = 1,
        };
        var clock = Stopwatch.StartNew();
        using var model = ml
            .MulticlassClassification.Trainers.AttentionTransformer(
                new AttentionTransformerOptions(Model, new NextTokenOptions { Distribution = distribution }.With(training)))
            .Fit(data);
        var losses = model.History.Losses;
        string text = FormattableString.Invariant(
            $"{losses.Count} batches in {clock.Elapsed.TotalSeconds:0.00} s, divergence {losses[0]:0.000} to {losses[^1]:0.000}");
        return losses[^1] < losses[0] ? text : throw new InvalidOperationException($"It does not learn: {text}.");
    }

    /// <summary>An untrained model's probabilities of one prompt, which must sum to 1.</summary>
    private static string ScoreWithOnnx()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = Law.VocabularySize,
            ContextWindow = 3,
            Order = Law.Order,
            Options = Model,
        };
        using var file = new MemoryStream();
        OnnxFile.Save(file, architecture, Initialization.Create(architecture, Seed));
        using var session = new InferenceSession(file.ToArray());
        var prompt = new DenseTensor<long>(new long[] { 1, 2 }, [1, 2]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("tokens", prompt)], ["Score"]);
        float sum = outputs[0].AsEnumerable<float>().Sum();
        return Math.Abs(sum - 1) < 1e-4
            ? "scores an exported model"
            : throw new InvalidOperationException(FormattableString.Invariant($"The probabilities sum to {sum}."));
    }
}
