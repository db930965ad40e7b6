using Microsoft.ML;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>From settings to results: distribution, sample, estimator, transformer, baseline and bounds.</summary>
public static class Experiment
{
    /// <summary>Runs an experiment. Has no global state: several may run at once.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="context">Receives the log; null: a new one.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="checkpoints">Where the model's training is saved while it runs; the baseline is trained anew.</param>
    /// <param name="cancellationToken">Ends the training; the result then holds what was trained, and no baseline.</param>
    /// <exception cref="ArgumentException">A setting is out of range or does not fit another; the message names it.</exception>
    public static ExperimentResult Run(
        ExperimentSettings settings,
        MLContext? context = null,
        IProgress<ExperimentProgress>? progress = null,
        CheckpointOptions? checkpoints = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var resolved = settings.Resolve();
        context ??= new MLContext(settings.Seed);
        if (resolved.Construction is not null)
            return ConstructionRun.Run(context, resolved);
        return new ExperimentRun(context, resolved, progress, checkpoints, cancellationToken).Run();
    }

    /// <summary>
    /// Builds weights instead of training them, by the method of <see cref="ExperimentSettings.Construction"/>, or by the theorem
    /// if that is null. The n-gram construction has its own model, in the settings' precision.
    /// </summary>
    /// <param name="settings">The law, the model and the seeds; what a training would need has no effect.</param>
    /// <param name="context">Receives the log; null: a new one.</param>
    /// <exception cref="ArgumentException">
    /// A setting is out of range, or the construction does not fit the law or model.
    /// </exception>
    public static ExperimentResult Construct(ExperimentSettings settings, MLContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ConstructionRun.Run(context ?? new MLContext(settings.Seed), settings.Resolve());
    }
}
