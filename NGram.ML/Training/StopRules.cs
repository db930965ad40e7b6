using System.Diagnostics;

namespace NGram.ML.Training;

/// <summary>
/// Ends a training early: when it is cancelled, when its time is up, at a target accuracy, or when the loss has stopped falling.
/// </summary>
internal sealed class StopRules(
    TrainingOptions options, TrainingHistory history, Stopwatch clock, CancellationToken cancellationToken)
{
    private readonly int firstStep = history.Steps;
    private double bestLoss = double.PositiveInfinity;
    private int epochsWithoutGain;

    /// <summary>Why there is no next step; null: go on. However short the time, one step is done.</summary>
    public StopReason? BeforeStep() =>
        cancellationToken.IsCancellationRequested ? StopReason.Cancelled
        : history.Steps > firstStep && clock.Elapsed >= options.TimeLimit ? StopReason.TimeLimit
        : null;

    /// <summary>Why there is no next epoch; null: go on.</summary>
    public StopReason? AfterEpoch(int epoch)
    {
        if (epoch == options.Epochs - 1)
            return StopReason.Completed;
        var (loss, accuracy) = history.EndOfEpoch(epoch);
        if (accuracy >= options.TargetAccuracy)
            return StopReason.TargetAccuracy;
        epochsWithoutGain = loss < bestLoss ? 0 : epochsWithoutGain + 1;
        bestLoss = Math.Min(bestLoss, loss);
        return epochsWithoutGain >= options.Patience ? StopReason.Plateau : null;
    }
}
