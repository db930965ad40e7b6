using System.Diagnostics;
using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Keys;
using NGram.Data.Views;
using NGram.ML.Bounds;
using NGram.ML.Estimators;
using NGram.ML.Interchange;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>From settings to results: distribution, sample, estimator, transformer, baseline and bounds.</summary>
public static class Experiment
{
    // Its parameters, gradients and moments then take a few gigabytes.
    private const double LargestBaseline = 1e8;

    /// <summary>Runs an experiment. Has no global state: several may run at once.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="context">Receives the log; null: a new one.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="checkpoints">Where the model's training is saved while it runs; the baseline is trained anew.</param>
    /// <param name="cancellationToken">Ends the training; the result then holds what was trained, and no baseline.</param>
    /// <exception cref="ArgumentException">
    /// A setting is out of its range or does not fit another; the message names it.
    /// </exception>
    public static ExperimentResult Run(
        ExperimentSettings settings,
        MLContext? context = null,
        IProgress<ExperimentProgress>? progress = null,
        CheckpointOptions? checkpoints = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings = settings.Resolve();
        context ??= new MLContext(settings.Seed);
        var clock = Stopwatch.StartNew();

        progress?.Report(new ExperimentProgress(ExperimentStage.Sampling));
        var distribution = settings.DistributionFile is { } file
            ? DistributionFile.Load(file)
            : settings.IsSampled ? settings.Law!.CreateDistribution(settings.DistributionSeed!.Value) : null;
        RequireSmallBaseline(settings, distribution);
        var start = settings.InitialWeights is { } weights ? SavedModel.Load(weights) : null;
        var files = new ExperimentData(context, settings, distribution, start, cancellationToken);
        var data = files.Training();
        var validation = files.Validation(data);
        if (start is not null)
            RequireSameModel(start, settings, distribution, data);

        FitOptions Watch(ExperimentStage stage) => new()
        {
            Distribution = distribution,
            Order = settings.Data.Order,
            Progress = progress is null ? null : new StageProgress(progress, stage),
            CancellationToken = cancellationToken,
        };
        progress?.Report(new ExperimentProgress(ExperimentStage.Training));
        var estimator = context.NGrams.Transformer(
            settings.Model,
            settings.Training,
            Watch(ExperimentStage.Training) with
            {
                Checkpoints = checkpoints is null ? null : checkpoints with { Settings = settings.ToJson() },
                InitialParameters = start?.Parameters,
            });
        var transformer = validation is null ? estimator.Fit(data) : estimator.Fit(data, validation);
        try
        {
            TrainingHistory? baseline = null;
            if (settings.Baseline is { } options && distribution is not null && !cancellationToken.IsCancellationRequested)
            {
                progress?.Report(new ExperimentProgress(ExperimentStage.Baseline));
                baseline = TrainBaseline(
                    context,
                    settings,
                    options,
                    distribution,
                    transformer.Architecture.ContextWindow,
                    Watch(ExperimentStage.Baseline));
            }
            progress?.Report(new ExperimentProgress(ExperimentStage.Results));
            var bounds = BoundSet.For(distribution, (TransformerArchitecture)transformer.Architecture);
            return new ExperimentResult(
                settings,
                distribution,
                transformer,
                baseline,
                bounds,
                data.GetRowCount()!.Value,
                clock.Elapsed);
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    /// <summary>Said before the model is trained, not after.</summary>
    private static void RequireSmallBaseline(ExperimentSettings settings, INGramDistribution? distribution)
    {
        if (distribution is null)
            return;
        double contexts = ContextIndex.Count(distribution.VocabularySize, distribution.Order - 1);
        if (settings.Baseline is not null && contexts * settings.Model.EmbeddingDimension > LargestBaseline)
        {
            throw new OptionException(
                nameof(settings.Model.EmbeddingDimension),
                settings.Model.EmbeddingDimension,
                FormattableString.Invariant(
                    $"at most {Math.Floor(LargestBaseline / contexts):N0} with a baseline, which embeds each of the {contexts:N0} contexts")
                + "; leave the baseline out (--no-baseline, or no Baseline in the settings)");
        }
    }

    /// <summary>A model to start from has the parameters of the one that is trained, and its tokens are the data's.</summary>
    private static void RequireSameModel(
        SavedModel start,
        ExperimentSettings settings,
        INGramDistribution? distribution,
        IDataView data)
    {
        var context = KeyColumn.Find(data.Schema, SequenceColumns.Context, isVector: true);
        int window = context.VectorSize!.Value + 1;
        var architecture = new TransformerArchitecture
        {
            VocabularySize = context.Count,
            ContextWindow = window,
            Order = distribution?.Order ?? settings.Data.Order ?? window,
            Options = settings.Model,
        };
        try
        {
            start.Parameters.RequireSame(architecture.Parameters);
        }
        catch (ArgumentException exception)
        {
            throw new OptionException(
                nameof(ExperimentSettings.InitialWeights),
                settings.InitialWeights,
                $"of the model that is trained. {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>
    /// The notebook's optimal baseline: a sequence encoder of the model's embedding dimension, on a sample of its own.
    /// </summary>
    private static TrainingHistory TrainBaseline(
        MLContext context,
        ExperimentSettings settings,
        BaselineSettings options,
        INGramDistribution distribution,
        int window,
        FitOptions fit)
    {
        var data = context.NGrams.Sample(distribution, (long)options.Batches * options.BatchSize, settings.BaselineSeed, window);
        var encoder = new SequenceEncoderOptions
        {
            EmbeddingDimension = settings.Model.EmbeddingDimension,
            Precision = settings.Model.Precision,
        };
        var training = options.TrainingOptions(settings.BaselineSeed, settings.Training.Engine) with
        {
            Threads = settings.Training.Threads,
            TimeLimit = settings.Training.TimeLimit,
        };
        using var model = context.NGrams.SequenceEncoder(encoder, training, fit).Fit(data);
        return model.History;
    }

    private sealed class StageProgress(IProgress<ExperimentProgress> progress, ExperimentStage stage)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new ExperimentProgress(stage, value));
    }
}
