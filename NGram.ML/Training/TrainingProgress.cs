namespace NGram.ML.Training;

/// <summary>Where a training stands; reported about ten times a second and after the last batch.</summary>
/// <param name="Epoch">Current epoch, counted from 1.</param>
/// <param name="Epochs">Epochs asked for.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">Mean of the last 100 batches, in nats.</param>
/// <param name="IsDivergence">Whether the loss is a divergence (the law is known) or a cross entropy.</param>
/// <param name="Accuracy">Mean of the last 100 batches.</param>
/// <param name="Elapsed">Time since the first step.</param>
/// <param name="Remaining">Expected time to the last step.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    bool IsDivergence,
    double Accuracy,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>Share of all steps that is done, from 0 to 1.</summary>
    public double Fraction => ((Epoch - 1) + (double)Batch / Batches) / Epochs;
}
