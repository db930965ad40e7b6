using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using NGram.Cli.Bench.Reference;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Prediction;

namespace NGram.Cli.Bench.Measure;

/// <summary>
/// Rows a second that models predict on the same rows of the notebook's law, through ML.NET: one at a time by a PredictionEngine,
/// and in a view whose Score is read. Variants take turns; the middle of their rates counts. A large model is scored by both
/// predictors without ML.NET.
/// </summary>
internal sealed class PredictionRates(TimeSpan duration, CancellationToken cancellation)
{
    /// <summary>Names in the results.</summary>
    public const string One = "predict one", Batch = "predict batch", Large = "predict batch, N = 5,000",
        StockChain = "stock chain", Stock = "SdcaMaximumEntropy";

    /// <summary>N of the notebook.</summary>
    public const int VocabularySize = 50;

    private const int Seed = 2222, Rows = 20_000, TrainingRows = 2_000, Rounds = 9, Calls = 200;

    /// <summary>Times of single predictions of which the percentiles are.</summary>
    private const int MostTimes = 1 << 20;

    /// <summary>Measures everything.</summary>
    public IEnumerable<Measurement> Measure()
    {
        var ml = new MLContext(Seed);
        var law = new PowerLaw().CreateDistribution(Seed);
        var train = ml.NGrams.Sample(law, TrainingRows, Seed);
        using var fused = ml.MulticlassClassification.Trainers
            .AttentionTransformer(new AttentionTransformerOptions
            {
                EmbeddingDimension = new TransformerOptions().EmbeddingDimension,
                HeadDimension = new TransformerOptions().HeadDimension,
                Heads = new TransformerOptions().Heads,
                NumberOfEpochs = 1,
            })
            .Fit(train);
        using var torch = fused.PredictingWith(new TorchSharpPredictor(fused.Architecture, fused.Parameters));
        using var stored = new MemoryStream();
        ml.Model.Save(fused, fused.InputSchema, stored);
        stored.Position = 0;
        var chain = ml.Model.Load(stored, out _);
        try
        {
            // How well it was fitted does not change how fast it predicts.
            var options = new SdcaMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = 1 };
            var stock = ml.Transforms.Conversion.MapKeyToVector("Features", "Context")
                .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(options))
                .Fit(train);
            (string, ITransformer)[] models =
            [
                (StepVariant.Fused.Name, fused),
                (StepVariant.TorchSharp.Name, torch),
                (StockChain, chain),
                (Stock, stock),
            ];
            var sample = new SequenceSampler(law, contextWindow: 3, Seed + 1).Sample(Rows);
            return
            [
                .. MeasureOne(ml, models, fused.InputSchema, sample, duration / 3),
                .. MeasureBatches(ml, models, sample, duration / 3),
                .. MeasureLarge(duration / 3),
            ];
        }
        finally
        {
            (chain as IDisposable)?.Dispose();
        }
    }

    private IEnumerable<Measurement> MeasureOne(
        MLContext ml,
        (string Name, ITransformer Model)[] models,
        DataViewSchema schema,
        TokenMatrix sample,
        TimeSpan time)
    {
        PredictionRow[] rows =
            [.. Enumerable.Range(0, Rows).Select(i => new PredictionRow { Context = [sample[i][0] + 1u, sample[i][1] + 1u] })];
        var times = models.Select(_ => new List<double>(MostTimes)).ToArray();
        Func<int>[] calls = [.. models.Select((model, i) =>
        {
            // The options have no way to keep the model together with a schema; ours goes on, the others are disposed by us.
            var engine = ml.Model.CreatePredictionEngine<PredictionRow, PredictionScore>(model.Model, schema);
            var score = new PredictionScore();
            int next = 0;
            return (Func<int>)(() =>
            {
                for (int call = 0; call < Calls; call++, next = (next + 1) % Rows)
                {
                    long before = Stopwatch.GetTimestamp();
                    engine.Predict(rows[next], ref score);
                    if (times[i].Count < MostTimes)
                        times[i].Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
                }
                return Calls;
            });
        })];
        double[] rates = InTurns(calls, time, afterWarmUp: () => Array.ForEach(times, list => list.Clear()));
        for (int i = 0; i < models.Length; i++)
        {
            times[i].Sort();
            yield return new(One, models[i].Name, rates[i], Measurement.RowsPerSecond);
            yield return new(One, models[i].Name, times[i][times[i].Count / 2], Measurement.MedianMicroseconds);
            yield return new(One, models[i].Name, times[i][(int)(times[i].Count * 0.99)], Measurement.Percentile99Microseconds);
        }
    }

    private IEnumerable<Measurement> MeasureBatches(
        MLContext ml,
        (string Name, ITransformer Model)[] models,
        TokenMatrix sample,
        TimeSpan time)
    {
        var data = ml.NGrams.LoadFromTokens(sample);
        Func<int>[] calls = [.. models.Select(model => (Func<int>)(() => Read(model.Model.Transform(data))))];
        double[] rates = InTurns(calls, time);
        return models.Select((model, i) => new Measurement(Batch, model.Name, rates[i], Measurement.RowsPerSecond));
    }

    private IEnumerable<Measurement> MeasureLarge(TimeSpan time)
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 5_000,
            ContextWindow = 16,
            Order = 3,
            Options = new() { EmbeddingDimension = 64, HeadDimension = 16, Heads = 16 },
        };
        var parameters = Initialization.Create(architecture, Seed);
        using IPredictor fused = IPredictor.Create(architecture, parameters),
            torch = new TorchSharpPredictor(architecture, parameters);
        var random = new Random(Seed);
        ushort[] prompts =
        [
            .. Enumerable.Range(0, IPredictor.BatchRows * architecture.PromptLength)
                .Select(_ => (ushort)random.Next(architecture.VocabularySize)),
        ];
        float[] probabilities = new float[IPredictor.BatchRows * architecture.VocabularySize];
        int Predict(IPredictor predictor)
        {
            predictor.Probabilities(prompts, probabilities);
            return IPredictor.BatchRows;
        }
        double[] rates = InTurns([() => Predict(fused), () => Predict(torch)], time);
        yield return new(Large, StepVariant.Fused.Name, rates[0], Measurement.RowsPerSecond);
        yield return new(Large, StepVariant.TorchSharp.Name, rates[1], Measurement.RowsPerSecond);
    }

    private static int Read(IDataView scored)
    {
        var score = scored.Schema["Score"];
        using var cursor = scored.GetRowCursor([score]);
        var getter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> values = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
            getter(ref values);
        return rows;
    }

    /// <summary>The middle rate of each call, a third of the time after a warm-up.</summary>
    private double[] InTurns(Func<int>[] calls, TimeSpan time, Action? afterWarmUp = null)
    {
        foreach (var call in calls)
            Rate(call, time / 3 / calls.Length);
        afterWarmUp?.Invoke();
        double[][] rates = new double[Rounds][];
        for (int round = 0; round < Rounds; round++)
            rates[round] = [.. calls.Select(call => Rate(call, time * 2 / 3 / Rounds / calls.Length))];
        return [.. calls.Select((_, i) => rates.Select(round => round[i]).Order().ElementAt(Rounds / 2))];
    }

    private double Rate(Func<int> call, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp(), rows = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            rows += call();
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return rows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
