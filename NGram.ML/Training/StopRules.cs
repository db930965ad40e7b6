namespace NGram.ML.Training;

/// <summary>Ends a training early: at a target accuracy, or when the loss has stopped falling.</summary>
internal sealed class StopRules(TrainingOptions options)
{
    private double bestLoss = double.PositiveInfinity;
    private int epochsWithoutGain;

    /// <summary>Called after every epoch; <see cref="StopReason.Completed"/> means: go on.</summary>
    public StopReason AfterEpoch(TrainingHistory history)
    {
        if (options.TargetAccuracy is { } target && history.RecentAccuracy >= target)
            return StopReason.TargetAccuracy;
        if (options.Patience is { } patience)
        {
            epochsWithoutGain = history.RecentLoss < bestLoss ? 0 : epochsWithoutGain + 1;
            bestLoss = Math.Min(bestLoss, history.RecentLoss);
            if (epochsWithoutGain >= patience)
                return StopReason.Plateau;
        }
        return StopReason.Completed;
    }
}
