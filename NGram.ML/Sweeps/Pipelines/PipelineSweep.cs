using System.Diagnostics;
using Microsoft.ML;
using NGram.Data.Checks;

namespace NGram.ML.Sweeps.Pipelines;

/// <summary>
/// A pipeline of your own, built anew for every combination of the axes' values, fitted and measured: stock transforms, any
/// trainer. Made by <c>mlContext.NGrams.Sweep(...)</c>.
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

    /// <summary>The pipeline of a trial: that of <see cref="PipelineSweepResult.Best"/>, to be fitted and kept.</summary>
    public IEstimator<ITransformer> CreatePipeline(PipelineTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return create(context, trial);
    }

    /// <summary>
    /// Fits every pipeline, each with an MLContext of its own whose seed is the trial's, and measures it. One that throws does
    /// not stop the others. Models are disposed when they have been measured.
    /// </summary>
    /// <param name="train">What is fitted; read by several threads at once.</param>
    /// <param name="test">What is measured on.</param>
    /// <param name="options">Repetitions, threads, metrics; null: the defaults.</param>
    /// <exception cref="OptionException">An option is out of its range.</exception>
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

    /// <summary>What comes of a trial; null where it was cancelled.</summary>
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
            // Whatever it is, the other trials go on.
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
