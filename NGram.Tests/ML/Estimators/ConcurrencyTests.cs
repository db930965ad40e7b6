using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;
using static TorchSharp.torch;

namespace NGram.Tests.ML.Estimators;

[TestClass]
public sealed class ConcurrencyTests
{
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 8, Order = 3 }.CreateDistribution(1);
    private static readonly TrainingOptions Short = new() { BatchSize = 100, Epochs = 2, LearningRate = 0.02, Seed = 5 };
    private static readonly TransformerOptions Options = new() { EmbeddingDimension = 6, HeadDimension = 4, Heads = 3 };

    private static IEnumerable<NextTokenEstimator> Estimators(MLContext ml)
    {
        var fit = new NextTokenOptions { Distribution = Law };
        foreach (var engine in (TrainingEngine[])[TrainingEngine.Fused, TrainingEngine.TorchSharp])
        {
            yield return ml.NGrams.Transformer(Options, Short with { Engine = engine }, fit);
            yield return ml.NGrams.Transformer(
                Options with
                {
                    MlpWidth = 5,
                },
                Short with
                {
                    Engine = engine,
                    Objective = TrainingObjective.FullDistribution,
                },
                fit);
            yield return ml.NGrams.SequenceEncoder(
                new SequenceEncoderOptions { EmbeddingDimension = 6 },
                Short with
                {
                    Engine = engine,
                },
                fit);
        }
        yield return ml.NGrams.Module(
            shape => nn.Sequential(nn.Embedding(shape.VocabularySize, 4), nn.Linear(4, shape.VocabularySize)),
            fit.With(Short));
    }

    [TestMethod]
    public void Estimators_that_fit_at_once_give_the_same_bits_as_alone()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.NGrams.Sample(Law, rows: 1050, seed: 3);
        var alone = Estimators(ml).Select(estimator => Fit(estimator, data)).ToList();
        var together = Estimators(ml).Concat(Estimators(ml)).AsParallel().AsOrdered().WithDegreeOfParallelism(8)
            .Select(estimator => Fit(estimator, data)).ToList();

        Assert.HasCount(2 * alone.Count, together);
        for (int i = 0; i < together.Count; i++)
        {
            CollectionAssert.AreEqual(alone[i % alone.Count].Losses, together[i].Losses, $"losses of {i}");
            CollectionAssert.AreEqual(alone[i % alone.Count].Scores, together[i].Scores, $"scores of {i}");
        }
    }

    [TestMethod]
    public void One_model_scores_the_same_from_several_threads()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.NGrams.Sample(Law, rows: 2050, seed: 3);
        using var model = ml.NGrams.Transformer(Options, Short).Fit(data);
        float[] expected = Scores(model, data);
        foreach (
            float[] scores in Enumerable
                .Range(0, 8)
                .AsParallel()
                .WithDegreeOfParallelism(8)
                .Select(_ => Scores(model, data))
                .ToList())
        {
            CollectionAssert.AreEqual(expected, scores);
        }
    }

    [TestMethod]
    public void An_undisposed_model_does_no_harm_to_the_next()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.NGrams.Sample(Law, rows: 1050, seed: 3);
        foreach (var estimator in Estimators(ml))
        {
            var (losses, scores) = Fit(estimator, data, dispose: false);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var again = Fit(estimator, data, dispose: false);
            CollectionAssert.AreEqual(losses, again.Losses);
            CollectionAssert.AreEqual(scores, again.Scores);
        }
    }

    [TestMethod]
    public void A_fit_says_in_the_log_which_engine_runs_and_how_it_ended()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<LoggingEventArgs>();
        ml.Log += (_, line) => log.Add(line);
        var data = ml.NGrams.Sample(Law, rows: 1050, seed: 3);
        using (ml.NGrams.Transformer(Options, Short).Fit(data))
        {
            Assert.IsTrue(
                Logged("Engine Fused: It supports the architecture.") && Logged("22 batches in "),
                string.Join('\n', log.Select(line => line.Message)));
        }

        bool Logged(string text) =>
            log.Any(line =>
                line.Message.Contains(text, StringComparison.Ordinal) && line.Source.Contains("NGram", StringComparison.Ordinal));
    }

    private static (double[] Losses, float[] Scores) Fit(NextTokenEstimator estimator, IDataView data, bool dispose = true)
    {
        var model = estimator.Fit(data);
        try
        {
            return ([.. model.History.Losses], Scores(model, data));
        }
        finally
        {
            if (dispose)
                model.Dispose();
        }
    }

    private static float[] Scores(NextTokenTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];
}
