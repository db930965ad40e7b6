using System.Diagnostics;
using NGram.ML.Engines;
using NGram.ML.Training.Batches;
using NGram.ML.Training.Snapshots;

namespace NGram.ML.Training;

/// <summary>Epochs of batches through an engine. Knows neither ML.NET nor attention.</summary>
internal static class TrainingLoop
{
    /// <summary>
    /// Trains until the last epoch, a stop rule or a cancellation; the engine then holds the trained parameters. When the loss or
    /// the parameters are not finite any more it holds the last whose batch had a finite loss.
    /// </summary>
    /// <param name="engine">Model and optimizer; keeps its parameters afterwards.</param>
    /// <param name="batches">The data.</param>
    /// <param name="options">Learning rates, epochs, stop rules.</param>
    /// <param name="entropy">Mean entropy at the scored positions in nats, or null if no law is known.</param>
    /// <param name="progress">Receives reports about ten times a second.</param>
    /// <param name="validate">
    /// Measures the engine's model on other data; asked at the end of every epoch. Null: cancelled.
    /// </param>
    /// <param name="checkpoints">
    /// Where to save the training while it runs, and whether to go on from there; null: nowhere.
    /// </param>
    /// <param name="snapshots">Who looks at the model while it is trained; null: nobody.</param>
    /// <param name="cancellationToken">Ends the training between two steps; what was done is kept.</param>
    public static TrainingHistory Run(
        ITrainingEngine engine,
        IBatchSource batches,
        TrainingOptions options,
        double? entropy,
        IProgress<TrainingProgress>? progress = null,
        Func<BatchResult?>? validate = null,
        CheckpointOptions? checkpoints = null,
        SnapshotOptions? snapshots = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        checkpoints?.Validate();
        snapshots?.Validate();
        var history = new TrainingHistory(batches.BatchesPerEpoch, entropy);
        var saves = new Checkpoints(engine, batches, history, checkpoints);
        saves.Resume();
        var clock = Stopwatch.StartNew();
        var reports = new ProgressReports(progress, options, history, clock);
        var rules = new StopRules(options, history, clock, cancellationToken);
        var good = new LastGoodState(engine, batches, options);
        var looks = new Snapshots.Snapshots(engine, snapshots);

        StopReason? ended = null;
        looks.After(history.Steps);
        // A resumed training walks through its epochs from the first: the stop rules see them again, its batches are done.
        for (int epoch = 0; ended is null; epoch++)
        {
            double learningRate = options.LearningRateOf(epoch);
            for (int batch = history.BatchesOfEpoch(epoch); batch < batches.BatchesPerEpoch; batch++)
            {
                ended = rules.BeforeStep();
                if (ended is not null)
                    break;
                good.BeforeStep(history.Steps);
                var result = engine.Step(batches, epoch, batch, learningRate);
                history.Add(result, learningRate);
                if (!double.IsFinite(result.CrossEntropy))
                {
                    ended = StopReason.NotFinite;
                    good.Restore(history.Steps - 2);
                    break;
                }
                good.AfterFiniteStep();
                saves.AfterStep();
                looks.After(history.Steps);
                reports.AfterStep();
            }
            if (ended is not null)
                break;
            if (history.ValidationLosses.Count == epoch && validate?.Invoke() is { } validation)
                history.AddValidation(validation);
            ended = rules.AfterEpoch(epoch);
        }
        // No batch has shown what the last step did.
        if (ended != StopReason.NotFinite && !engine.GetParameters().IsFinite)
        {
            ended = StopReason.NotFinite;
            good.Restore(history.Steps - 1);
        }

        history.StopReason = ended!.Value;
        saves.AtEnd();
        looks.AtEnd(history.Steps);
        history.Duration = clock.Elapsed;
        reports.AtEnd();
        return history;
    }
}
