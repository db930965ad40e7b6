using System.Diagnostics;
using Microsoft.Data.Analysis;
using NGram.ML.Engines;

namespace NGram.ML.Training;

/// <summary>Loss and accuracy of every batch, taken before its step.</summary>
[DebuggerDisplay("{Steps} batches, {LossName} {RecentLoss}, accuracy {RecentAccuracy}, {StopReason}")]
public sealed class TrainingHistory
{
    private const int TailBatches = 100;

    private readonly List<double> losses = [];
    private readonly List<double> accuracies = [];
    private readonly List<double> learningRates = [];
    private readonly List<double> validationLosses = [];
    private readonly List<double> validationAccuracies = [];

    /// <summary>An empty history.</summary>
    /// <param name="batchesPerEpoch">Batches of an epoch.</param>
    /// <param name="entropy">
    /// Nats subtracted from the cross entropy to make a divergence: the mean entropy of the law at the scored positions;
    /// null if no law is known.
    /// </param>
    public TrainingHistory(int batchesPerEpoch, double? entropy)
    {
        BatchesPerEpoch = batchesPerEpoch;
        Entropy = entropy;
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Nats subtracted from the cross entropy; null if no law is known.</summary>
    public double? Entropy { get; }

    /// <summary>Whether the loss is a divergence (the law is known) or a cross entropy.</summary>
    public bool IsDivergence => Entropy is not null;

    /// <summary>Name of the loss's column: Divergence or CrossEntropy.</summary>
    public string LossName => IsDivergence ? "Divergence" : "CrossEntropy";

    /// <summary>Why the training ended.</summary>
    public StopReason StopReason { get; internal set; }

    /// <summary>Why a cancelled training could not be saved as a checkpoint; null if it was, or none was asked for.</summary>
    internal Exception? CheckpointFault { get; set; }

    /// <summary>Whether the training ended as it was asked to: neither cancelled nor diverged.</summary>
    public bool IsWhole => StopReason is not (StopReason.Cancelled or StopReason.NotFinite);

    /// <summary>Time from the first step to the last.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>Batches trained.</summary>
    public int Steps => losses.Count;

    /// <summary>Divergence or cross entropy of every batch, in nats.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>Accuracy of every batch.</summary>
    public IReadOnlyList<double> Accuracies => accuracies;

    /// <summary>
    /// Divergence or cross entropy of the validation data after every whole epoch, in nats; empty where there is none.
    /// </summary>
    public IReadOnlyList<double> ValidationLosses => validationLosses;

    /// <summary>Accuracy on the validation data after every whole epoch.</summary>
    public IReadOnlyList<double> ValidationAccuracies => validationAccuracies;

    /// <summary>
    /// The loss reported for the whole training: the mean over the 100 batches before the last one, those that exist (or the only
    /// batch).
    /// </summary>
    public double FinalLoss => Tail(losses);

    /// <summary>The accuracy reported for the whole training, averaged as <see cref="FinalLoss"/>.</summary>
    public double FinalAccuracy => Tail(accuracies);

    /// <summary>Mean loss of the last 100 batches.</summary>
    public double RecentLoss => Recent(losses, Steps);

    /// <summary>Mean accuracy of the last 100 batches.</summary>
    public double RecentAccuracy => Recent(accuracies, Steps);

    /// <summary>Learning rate of every batch.</summary>
    internal IReadOnlyList<double> LearningRates => learningRates;

    /// <summary>
    /// Columns Epoch and Batch (both from 1), Divergence or CrossEntropy (nats), Accuracy, LearningRate; a row a batch.
    /// </summary>
    public DataFrame ToDataFrame() => new(
        new Int32DataFrameColumn("Epoch", Enumerable.Range(0, Steps).Select(step => step / BatchesPerEpoch + 1)),
        new Int32DataFrameColumn("Batch", Enumerable.Range(0, Steps).Select(step => step % BatchesPerEpoch + 1)),
        new DoubleDataFrameColumn(LossName, losses),
        new DoubleDataFrameColumn("Accuracy", accuracies),
        new DoubleDataFrameColumn("LearningRate", learningRates));

    /// <summary>
    /// Columns Epoch (from 1), Divergence or CrossEntropy (nats) and Accuracy of the validation data; a row an epoch.
    /// </summary>
    public DataFrame ValidationToDataFrame() => new(
        new Int32DataFrameColumn("Epoch", Enumerable.Range(1, validationLosses.Count)),
        new DoubleDataFrameColumn(LossName, validationLosses),
        new DoubleDataFrameColumn("Accuracy", validationAccuracies));

    /// <summary>Mean loss and accuracy of the last 100 batches of an epoch, counted from 0.</summary>
    internal (double Loss, double Accuracy) EndOfEpoch(int epoch)
    {
        int end = (epoch + 1) * BatchesPerEpoch;
        return (Recent(losses, end), Recent(accuracies, end));
    }

    /// <summary>Batches done of an epoch, counted from 0.</summary>
    internal int BatchesOfEpoch(int epoch) => Math.Clamp(Steps - epoch * BatchesPerEpoch, 0, BatchesPerEpoch);

    /// <summary>Takes over what another training of the same data had done.</summary>
    internal void Continue(TrainingHistory done)
    {
        losses.AddRange(done.losses);
        accuracies.AddRange(done.accuracies);
        learningRates.AddRange(done.learningRates);
        validationLosses.AddRange(done.validationLosses);
        validationAccuracies.AddRange(done.validationAccuracies);
    }

    /// <summary>A history from its columns.</summary>
    internal static TrainingHistory Restore(
        int batchesPerEpoch,
        double? entropy,
        double[] losses,
        double[] accuracies,
        double[] learningRates,
        double[] validationLosses,
        double[] validationAccuracies)
    {
        var history = new TrainingHistory(batchesPerEpoch, entropy);
        history.losses.AddRange(losses);
        history.accuracies.AddRange(accuracies);
        history.learningRates.AddRange(learningRates);
        history.validationLosses.AddRange(validationLosses);
        history.validationAccuracies.AddRange(validationAccuracies);
        return history;
    }

    internal void Add(BatchResult result, double learningRate)
    {
        losses.Add(result.CrossEntropy - (Entropy ?? 0));
        accuracies.Add(result.Accuracy);
        learningRates.Add(learningRate);
    }

    internal void AddValidation(BatchResult result)
    {
        validationLosses.Add(result.CrossEntropy - (Entropy ?? 0));
        validationAccuracies.Add(result.Accuracy);
    }

    private static double Recent(List<double> values, int end) =>
        end == 0 ? double.NaN : Mean(values, Math.Max(0, end - TailBatches), end);

    private static double Tail(List<double> values) => values.Count switch
    {
        0 => double.NaN,
        1 => values[0],
        var count => Mean(values, Math.Max(0, count - 1 - TailBatches), count - 1),
    };

    private static double Mean(List<double> values, int start, int end)
    {
        double sum = 0;
        for (int i = start; i < end; i++)
            sum += values[i];
        return sum / (end - start);
    }
}
