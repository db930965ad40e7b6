using System.Diagnostics;
using Microsoft.ML;
using NGram.Data.Checks;

namespace NGram.ML.Sweeps.Pipelines;

/// <summary>
/// A pipeline of your own, of stock transforms and any trainer, built, fitted and measured for every combination of the axes'
/// values. Made by <c>mlContext.NGrams.Sweep(...)</c>.
/// </summary>
public sealed class PipelineSweep
{
    private readonly MLContext context;
    private readonly Func<MLContext, PipelineTrial, IEstimator<ITransformer>> create;

    internal PipelineSweep(
        MLContext context,
        Func<MLContext, PipelineTrial, IEstimator<ITransformer>> create,
        IReadOnlyList<SweepAxis> axes)
    {
        (this.context, this.create, Axes) = (context, create, axes);
        foreach (var axis in axes)
            axis.Validate();
        Require.That(SweepAxis.Twice(axes) is null, nameof(Axes), SweepAxis.Twice(axes) + " twice", "axes with different names");
    }

    /// <summary>What varies, the last axis fastest.</summary>
    public IReadOnlyList<SweepAxis> Axes { get; }

    /// <summary>The pipeline of a trial: for example, that of <see cref="PipelineSweepResult.Best"/>, to fit and keep.</summary>
    public IEstimator<ITransformer> CreatePipeline(PipelineTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return create(context, trial);
    }

    /// <summary>
    /// Fits and measures every pipeline, each with its own MLContext, which has the trial's seed. One that throws does not stop
    /// the others. Models are disposed after they have been measured.
    /// </summary>
    /// <param name="train">The data to fit; several threads read it at once.</param>
    /// <param name="test">The data to measure on.</param>
    /// <param name="options">Repetitions, threads, metrics; null: the defaults.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public PipelineSweepResult Run(IDataView train, IDataView test, PipelineSweepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new();
        options.Validate();
        PipelineTrial[] trials =
        [
            .. SweepAxis.Combine(Axes).SelectMany(values =>
                Enumerable.Range(1, options.Repetitions).Select(repetition => new PipelineTrial(values, repetition))),
        ];
        var outcomes = new PipelineOutcome?[trials.Length];
        Parallel.For(
            0,
            trials.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Jobs ?? Environment.ProcessorCount },
            (i, loop) =>
            {
                if (options.CancellationToken.IsCancellationRequested)
                {
                    loop.Stop();
                    return;
                }
                outcomes[i] = Run(trials[i], train, test, options);
                if (outcomes[i] is { } outcome)
                    options.Progress?.Report(outcome);
            });
        return new(Axes, trials, outcomes);
    }

    /// <summary>The outcome of a trial; null if it was cancelled.</summary>
    private PipelineOutcome? Run(PipelineTrial trial, IDataView train, IDataView test, PipelineSweepOptions options)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var own = new MLContext(trial.Seed);
            var model = create(own, trial).Fit(train);
            try
            {
                var metrics = (options.Evaluate ?? Metrics)(own, model.Transform(test));
                return new(trial, metrics, clock.Elapsed.TotalSeconds, null);
            }
            finally
            {
                (model as IDisposable)?.Dispose();
            }
        }
        catch (OperationCanceledException) when (options.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Whatever the exception is, the other trials go on.
            return new(trial, null, clock.Elapsed.TotalSeconds, exception.Message);
        }
    }

    private static Dictionary<string, double> Metrics(MLContext context, IDataView scored)
    {
        var metrics = context.MulticlassClassification.Evaluate(scored);
        return new Dictionary<string, double>
        {
            [nameof(metrics.MicroAccuracy)] = metrics.MicroAccuracy,
            [nameof(metrics.MacroAccuracy)] = metrics.MacroAccuracy,
            [nameof(metrics.LogLoss)] = metrics.LogLoss,
            [nameof(metrics.LogLossReduction)] = metrics.LogLossReduction,
        };
    }
}
