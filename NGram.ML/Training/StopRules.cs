namespace NGram.ML.Training;

/// <summary>Ends a training early: at a target accuracy, or when the loss has stopped falling.</summary>
internal sealed class StopRules(TrainingOptions options)
{
    private double bestLoss = double.PositiveInfinity;
    private int epochsWithoutGain;

    /// <summary>Called after every epoch; <see cref="StopReason.Completed"/> means: go on.</summary>
    public StopReason AfterEpoch(TrainingHistory history, int epoch)
    {
        var (loss, accuracy) = history.EndOfEpoch(epoch);
        if (options.TargetAccuracy is { } target && accuracy >= target)
            return StopReason.TargetAccuracy;
        if (options.Patience is { } patience)
        {
            epochsWithoutGain = loss < bestLoss ? 0 : epochsWithoutGain + 1;
            bestLoss = Math.Min(bestLoss, loss);
            if (epochsWithoutGain >= patience)
                return StopReason.Plateau;
        }
        return StopReason.Completed;
    }
}
