using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML.Bounds;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Optimum;
using NGram.ML.Training;

namespace NGram.Tests.ML.Bounds;

/// <summary>Hundreds of small models, built and trained, against every bound that is rigorous.</summary>
[TestClass]
public sealed class EveryBoundTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    [TestCategory("Slow")]
    public void The_construction_meets_every_lower_bound_whose_conditions_hold()
    {
        var random = new Random(15);
        int met = 0;
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(1, 4), size = random.Next(2, length == 3 ? 6 : 10), d = random.Next(2, 6);
            int prompts = (int)Math.Pow(size, length), headDimension = random.Next(1, d + 2);
            var settings = new ExperimentSettings
            {
                Law = new PowerLaw { VocabularySize = size, Order = length + 1 },
                Model = new TransformerOptions
                {
                    EmbeddingDimension = d,
                    HeadDimension = headDimension,
                    Heads = random.Next(1, Math.Min(40, prompts / Math.Min(d, headDimension) + 2)),
                    Projections = Projections.PerHead,
                    Precision = ModelPrecision.Float64,
                },
                Baseline = null,
                Seed = i,
            };
            using var built = Experiment.Construct(settings);
            foreach (var bound in built.Bounds)
            {
                if (bound is not { Side: BoundSide.Below, Exact: true, Counts: BoundKind.Prompts, Holds: true })
                    continue;
                double promised = Math.Min(bound.Count!.Value, built.Summary.Prompts!.Value);
                Assert.IsGreaterThanOrEqualTo(
                    promised,
                    built.Summary.Facts!.Value,
                    $"{bound.Name}: N = {size}, S = {length}, {settings.Model}, seed {i}");
                met++;
            }
        }
        Assert.IsGreaterThan(400, met, "Corollary 2 of every model, and the notebook's bound where d_h is at most d");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void No_trained_model_crosses_an_upper_bound()
    {
        var random = new Random(16);
        int answered = 0, searched = 0;
        for (int i = 0; i < 200; i++)
        {
            var law = RandomLaw(random).CreateDistribution(i);
            using var model = Train(law, random, i);
            var architecture = (TransformerArchitecture)model.Architecture;
            var metrics = Ml.NGrams.EvaluateExactly(model, law);
            string what = $"N = {law.VocabularySize}, n = {law.Order}, {architecture.Options}, seed {i}";
            foreach (var bound in BoundSet.All(law, architecture))
            {
                if (bound is { Side: BoundSide.Above, Exact: true, Holds: true })
                {
                    AssertNotCrossed(bound, metrics, what);
                    answered++;
                }
            }
            var best = SequenceEncoderOptimum.Find(law, Encoder(architecture), new() { Restarts = 4 });
            Assert.IsGreaterThan(best.Divergence - 1e-6, metrics.Divergence!.Value, $"Proposition 1: {what}");
            searched += best.Certificate is null ? 1 : 0;
            Assert.IsLessThan(metrics.BestAccuracy!.Value + 1e-9, metrics.Accuracy, what);
            Assert.IsLessThanOrEqualTo(32.0 * architecture.ParameterCount, metrics.Bits!.Value, what);
        }
        Assert.IsGreaterThan(200, answered, "counting always, and an infimum of 0 where a proposition says so");
        Assert.IsGreaterThan(50, searched, "laws of which no proposition gives the infimum");
    }

    private static void AssertNotCrossed(Bound bound, NextTokenMetrics metrics, string what)
    {
        switch (bound.Counts)
        {
            case BoundKind.Divergence:
                Assert.IsGreaterThan(bound.Count!.Value - 1e-9, metrics.Divergence!.Value, $"{bound.Name}: {what}");
                break;
            case BoundKind.Prompts:
                Assert.IsLessThanOrEqualTo(bound.Count!.Value, (double)metrics.MemorisedPrompts!.Value, $"{bound.Name}: {what}");
                break;
            default:
                Assert.Fail($"{bound.Name} counts {bound.Counts}, which this test does not know.");
                break;
        }
    }

    private static PowerLaw RandomLaw(Random random)
    {
        int size = random.Next(2, 8), order = random.Next(2, 4);
        return new()
        {
            VocabularySize = size,
            Order = order,
            Alphas = [.. Enumerable.Range(0, order).Select(_ => 0.3 + 0.7 * random.NextDouble())],
            Supports = [.. Enumerable.Range(0, order - 1).Select(_ => size), random.Next(1, size + 1)],
        };
    }

    private static NextTokenTransformer Train(NGramDistribution law, Random random, int seed) =>
        Ml.MulticlassClassification.Trainers.AttentionTransformer(new AttentionTransformerOptions
        {
            Distribution = law,
            Objective = TrainingObjective.Exact,
            Engine = TrainingEngine.Fused,
            EmbeddingDimension = random.Next(1, 6),
            HeadDimension = random.Next(1, 6),
            Heads = random.Next(1, 12),
            MlpWidth = random.Next(2) * random.Next(1, 20),
            Projections = (Projections)random.Next(2),
            BatchSize = 64,
            NumberOfEpochs = 150,
            LearningRate = 0.03,
            Seed = seed,
        }).Fit(Ml.NGrams.Sample(law, 1, seed: 1));

    private static SequenceEncoderArchitecture Encoder(TransformerArchitecture architecture) => new()
    {
        VocabularySize = architecture.VocabularySize,
        ContextWindow = architecture.ContextWindow,
        Order = architecture.Order,
        Options = new()
        {
            EmbeddingDimension = architecture.Options.EmbeddingDimension,
            Precision = ModelPrecision.Float64,
        },
    };
}
