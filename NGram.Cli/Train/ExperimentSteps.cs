using System.Diagnostics;
using System.Globalization;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.ML.Experiments;
using NGram.ML.Training;

namespace NGram.Cli.Train;

/// <summary>Puts an experiment's progress into words.</summary>
internal sealed class ExperimentSteps(IProgress<ProgressStep> display) : IProgress<ExperimentProgress>
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(ExperimentProgress value) => display.Report(value switch
    {
        { Stage: ExperimentStage.Sampling, Reading: { } share } => Step("data", share),
        { Stage: ExperimentStage.Sampling } => new("data"),
        { Stage: ExperimentStage.Training, Training: { } training } => Step("model", training),
        { Stage: ExperimentStage.Training } => new("model"),
        { Stage: ExperimentStage.Baseline, Training: { } training } => Step("baseline", training),
        { Stage: ExperimentStage.Baseline } => new("baseline"),
        { Stage: ExperimentStage.Results } => new("results"),
        _ => throw new UnreachableException(),
    });

    private ProgressStep Step(string task, double share) =>
        new(
            task,
            share,
            string.Create(CultureInfo.InvariantCulture, $"{100 * share:0}% read"),
            watch.Elapsed,
            RemainingTime.Of(watch.Elapsed, share, 1));

    private static ProgressStep Step(string task, TrainingProgress at) =>
        new(
            task,
            at.Fraction,
            string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {at.Epoch}/{at.Epochs} batch {at.Batch}/{at.Batches} "
                + $"{(at.IsDivergence ? "divergence" : "cross entropy")} {at.Loss:0.000} accuracy {at.Accuracy:0.000}"),
            at.Elapsed,
            at.Remaining);
}
