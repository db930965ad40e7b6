using System.Diagnostics;
using NGram.ML.Engines;
using NGram.ML.Training.Batches;

namespace NGram.ML.Training;

/// <summary>Epochs of batches through an engine. Knows neither ML.NET nor attention.</summary>
public static class TrainingLoop
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Trains until the last epoch, a stop rule or a cancellation; the engine then holds the trained parameters. When the loss or
    /// the parameters are no finite numbers any more it holds the last whose batch had a finite loss.
    /// </summary>
    /// <param name="engine">Model and optimizer; keeps its parameters afterwards.</param>
    /// <param name="batches">The data.</param>
    /// <param name="options">Learning rates, epochs, stop rules.</param>
    /// <param name="entropy">Mean entropy at the counted positions in nats, or null where no law is known.</param>
    /// <param name="progress">Receives reports about ten times a second.</param>
    /// <param name="validate">
    /// Measures the engine's model on other data; asked at the end of every epoch. Null: cancelled.
    /// </param>
    /// <param name="checkpoints">
    /// Where to save the training while it runs, and whether to go on from there; null: nowhere.
    /// </param>
    /// <param name="cancellationToken">Ends the training between two steps; what was done is kept.</param>
    public static TrainingHistory Run(
        ITrainingEngine engine,
        IBatchSource batches,
        TrainingOptions options,
        double? entropy,
        IProgress<TrainingProgress>? progress = null,
        Func<BatchResult?>? validate = null,
        CheckpointOptions? checkpoints = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        checkpoints?.Validate();
        var history = new TrainingHistory(batches.BatchesPerEpoch, entropy);
        var stopRules = new StopRules(options);
        checkpoints = Resume(engine, history, checkpoints, batches);
        int start = history.Steps;
        var clock = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        var good = new LastGoodState(engine, batches, options);
        for (int epoch = 0; epoch < options.Epochs && history.StopReason == StopReason.Completed; epoch++)
        {
            double learningRate = options.LearningRateOf(epoch);
            int done = epoch * batches.BatchesPerEpoch;
            for (int batch = Math.Clamp(start - done, 0, batches.BatchesPerEpoch); batch < batches.BatchesPerEpoch; batch++)
            {
                if (Interruption(history.Steps > start && clock.Elapsed >= options.TimeLimit, cancellationToken) is { } reason)
                {
                    history.StopReason = reason;
                    break;
                }
                good.BeforeStep(history.Steps);
                var result = engine.Step(batches.GetBatch(epoch, batch), learningRate);
                history.Add(result, learningRate);
                if (!double.IsFinite(result.CrossEntropy))
                {
                    history.StopReason = StopReason.NotFinite;
                    good.Restore(history.Steps - 2);
                    break;
                }
                good.AfterFiniteStep();
                if (history.Steps % checkpoints?.Every == 0)
                    Save(engine, history, batches, checkpoints!);
                if (progress is not null && clock.Elapsed - reported >= ReportInterval)
                {
                    reported = clock.Elapsed;
                    progress.Report(Describe(history, epoch, batch, options, reported, start));
                }
            }
            if (
                history.StopReason == StopReason.Completed
                && history.ValidationLosses.Count == epoch
                && validate?.Invoke() is { } validation)
            {
                history.AddValidation(validation);
            }

            if (history.StopReason == StopReason.Completed && epoch < options.Epochs - 1)
                history.StopReason = stopRules.AfterEpoch(history, epoch);
        }
        // No batch has shown what the last step did.
        if (history.StopReason != StopReason.NotFinite && !engine.GetParameters().IsFinite)
        {
            history.StopReason = StopReason.NotFinite;
            good.Restore(history.Steps - 1);
        }
        if (history.StopReason == StopReason.Cancelled && checkpoints is not null)
            Save(engine, history, batches, checkpoints);
        history.Duration = clock.Elapsed;
        if (history.Steps > 0)
        {
            int last = history.Steps - 1;
            progress?.Report(
                Describe(
                    history,
                    last / batches.BatchesPerEpoch,
                    last % batches.BatchesPerEpoch,
                    options,
                    history.Duration,
                    start));
        }
        return history;
    }

    private static StopReason? Interruption(bool isTimeUp, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? StopReason.Cancelled : isTimeUp ? StopReason.TimeLimit : null;

    /// <returns>Checkpoints at the interval of before, unless another was given.</returns>
    private static CheckpointOptions? Resume(
        ITrainingEngine engine,
        TrainingHistory history,
        CheckpointOptions? checkpoints,
        IBatchSource batches)
    {
        if (checkpoints is not { Resume: true } || !Path.Exists(checkpoints.Path))
            return checkpoints;
        var checkpoint = TrainingCheckpoint.Load(
            checkpoints.Path,
            history.BatchesPerEpoch,
            history.Entropy,
            batches.Fingerprint,
            checkpoints.Settings);
        try
        {
            engine.SetState(checkpoint.State);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{checkpoints.Path} is a checkpoint of another model: {exception.Message}", exception);
        }
        history.Continue(checkpoint.History);
        return checkpoints with { Every = checkpoints.Every ?? checkpoint.Every };
    }

    /// <summary>
    /// Saves a training that can go on: with weights or moments that are no numbers the earlier checkpoint is worth more.
    /// </summary>
    private static void Save(ITrainingEngine engine, TrainingHistory history, IBatchSource batches, CheckpointOptions checkpoints)
    {
        var state = engine.GetState();
        if (state.Parameters.IsFinite && state.FirstMoments.IsFinite && state.SecondMoments.IsFinite)
        {
            new TrainingCheckpoint(state, history, batches.Fingerprint, checkpoints.Settings, checkpoints.Every).Save(
                checkpoints.Path);
        }
    }

    private static TrainingProgress Describe(
        TrainingHistory history,
        int epoch,
        int batch,
        TrainingOptions options,
        TimeSpan elapsed,
        int start)
    {
        long all = (long)options.Epochs * history.BatchesPerEpoch;
        return new TrainingProgress(
            epoch + 1, options.Epochs, batch + 1, history.BatchesPerEpoch, history.RecentLoss, history.IsDivergence,
            history.RecentAccuracy, elapsed, elapsed * ((double)(all - history.Steps) / Math.Max(1, history.Steps - start)));
    }
}
