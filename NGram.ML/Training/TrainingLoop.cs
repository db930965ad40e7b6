using System.Diagnostics;

namespace NGram.ML.Training;

/// <summary>Epochs of batches through an engine. Knows neither ML.NET nor attention.</summary>
public static class TrainingLoop
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Trains until the last epoch, a stop rule or a cancellation; the engine then holds the trained parameters.</summary>
    /// <param name="engine">Model and optimizer; keeps its parameters afterwards.</param>
    /// <param name="batches">The data.</param>
    /// <param name="options">Learning rates, epochs, stop rules.</param>
    /// <param name="entropy">Mean entropy at the counted positions in nats, or null where no law is known.</param>
    /// <param name="progress">Receives reports about ten times a second.</param>
    /// <param name="validate">Measures the engine's model on other data; asked at the end of every epoch. Null: cancelled.</param>
    /// <param name="cancellationToken">Ends the training between two steps; what was done is kept.</param>
    public static TrainingHistory Run(
        ITrainingEngine engine,
        IBatchSource batches,
        TrainingOptions options,
        double? entropy,
        IProgress<TrainingProgress>? progress = null,
        Func<BatchResult?>? validate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var history = new TrainingHistory(batches.BatchesPerEpoch, entropy);
        var stopRules = new StopRules(options);
        var clock = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        for (int epoch = 0; epoch < options.Epochs && history.StopReason == StopReason.Completed; epoch++)
        {
            double learningRate = options.LearningRateOf(epoch);
            for (int batch = 0; batch < batches.BatchesPerEpoch; batch++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    history.StopReason = StopReason.Cancelled;
                    break;
                }
                var result = engine.Step(batches.GetBatch(epoch, batch), learningRate);
                history.Add(result, learningRate);
                if (!double.IsFinite(result.CrossEntropy))
                {
                    history.StopReason = StopReason.NotFinite;
                    break;
                }
                if (progress is not null && clock.Elapsed - reported >= ReportInterval)
                {
                    reported = clock.Elapsed;
                    progress.Report(Describe(history, epoch, batch, options, reported));
                }
            }
            if (history.StopReason == StopReason.Completed && validate?.Invoke() is { } validation)
                history.AddValidation(validation);
            if (history.StopReason == StopReason.Completed && epoch < options.Epochs - 1)
                history.StopReason = stopRules.AfterEpoch(history);
        }
        history.Duration = clock.Elapsed;
        if (history.Steps > 0)
        {
            int last = history.Steps - 1;
            progress?.Report(Describe(history, last / batches.BatchesPerEpoch, last % batches.BatchesPerEpoch, options, history.Duration));
        }
        return history;
    }

    private static TrainingProgress Describe(TrainingHistory history, int epoch, int batch, TrainingOptions options, TimeSpan elapsed)
    {
        long all = (long)options.Epochs * history.BatchesPerEpoch;
        return new TrainingProgress(
            epoch + 1, options.Epochs, batch + 1, history.BatchesPerEpoch, history.RecentLoss, history.IsDivergence,
            history.RecentAccuracy, elapsed, elapsed * ((double)(all - history.Steps) / history.Steps));
    }
}
