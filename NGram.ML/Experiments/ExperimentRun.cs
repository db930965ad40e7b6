using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Keys;
using NGram.Data.Views;
using NGram.ML.Bounds;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Inspection;
using NGram.ML.Interchange;
using NGram.ML.Models;
using NGram.ML.Optimum;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>The steps of one experiment, in order.</summary>
/// <param name="context">The environment.</param>
/// <param name="settings">Resolved settings.</param>
/// <param name="progress">Receives the progress.</param>
/// <param name="checkpoints">Where the model's training is saved; null: nowhere.</param>
/// <param name="cancellationToken">Ends the training.</param>
internal sealed class ExperimentRun(
    MLContext context,
    ExperimentSettings settings,
    IProgress<ExperimentProgress>? progress,
    CheckpointOptions? checkpoints,
    CancellationToken cancellationToken)
{
    // Its parameters, gradients and moments then take a few gigabytes.
    private const double LargestBaseline = 1e8;

    /// <summary>All of them.</summary>
    public ExperimentResult Run()
    {
        var clock = Stopwatch.StartNew();
        Begin(ExperimentStage.Sampling);
        var distribution = settings.OpenDistribution();
        RequireSmallBaseline(distribution);
        var start = settings.InitialWeights is { } path ? SavedModel.Load(path) : null;
        var source = new ExperimentData(
            context, settings, distribution, start, progress is null ? null : new ReadingProgress(progress), cancellationToken);
        var data = source.Training();
        var validation = source.Validation(data);
        if (start is not null)
            RequireSameModel(start, distribution, data);

        Begin(ExperimentStage.Training);
        var trace = Trace(distribution, data);
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beside = WorksBeside ? Task.Run(() => Beside(distribution, data, failure.Token)) : null;
        NextTokenTransformer? transformer = null;
        try
        {
            transformer = TrainModel(distribution, start, data, validation, trace);
            var architecture = transformer.Architecture;
            var baseline = transformer.History.StopReason == StopReason.Cancelled ? null
                : beside is not null ? beside.GetAwaiter().GetResult().Baseline
                : TrainBaseline(distribution, data.ContextWindow, progress, cancellationToken);
            var optimum = FindOptimum(distribution, architecture);

            Begin(ExperimentStage.Results);
            var bounds = BoundSet.For(distribution, architecture, optimum);
            var predictors = beside?.GetAwaiter().GetResult().Predictors;
            var exact = ExactResults.Of(context, distribution, transformer, data, settings, bounds, predictors);
            return new ExperimentResult(
                settings, distribution, transformer, baseline, bounds, exact, SequencesOf(distribution, data), clock.Elapsed,
                optimum: optimum)
            {
                Trace = trace,
            };
        }
        catch
        {
            transformer?.Dispose();
            failure.Cancel();
            throw;
        }
        finally
        {
            // It reads what is disposed next.
            if (beside is not null)
                Task.WaitAny([beside], CancellationToken.None);
        }
    }

    /// <summary>Whether there is a core besides the model's; libtorch's settings apply to the whole process.</summary>
    private bool WorksBeside =>
        Environment.ProcessorCount > 1
        && settings.Training is { Threads: not 1, Engine: not TrainingEngine.TorchSharp }
        && settings.Model.Precision == ModelPrecision.Float32;

    /// <summary>Computes what does not need the trained model.</summary>
    private (TrainingHistory? Baseline, SimplePredictors? Predictors) Beside(
        INGramDistribution? distribution, SequenceDataView data, CancellationToken cancellation)
    {
        var baseline = TrainBaseline(distribution, data.ContextWindow, null, cancellation);
        var architecture = ArchitectureFor(distribution, data);
        // Fresh rows are not known yet, and every prompt of the law is not a sample.
        return settings.Training is { Online: false, Objective: not TrainingObjective.Exact }
            && distribution is not null
            && ExactResults.AreFew(distribution, architecture)
                ? (baseline, SimplePredictors.Of(distribution, architecture, data, CancellationToken.None))
                : (baseline, null);
    }

    private long SequencesOf(INGramDistribution? distribution, SequenceDataView data) =>
        settings.Training.Objective == TrainingObjective.Exact
            ? (long)distribution!.CountPrompts(data.ContextWindow - 1)
            : data.Rows;

    private void Begin(ExperimentStage stage) => progress?.Report(new ExperimentProgress(stage));

    private NextTokenTransformer TrainModel(
        INGramDistribution? distribution, SavedModel? start, IDataView data, IDataView? validation, MemoryTrace? trace)
    {
        var watched = Watched(distribution, ExperimentStage.Training) with
        {
            ValidationSet = validation,
            Checkpoints = checkpoints is null ? null : checkpoints with { Settings = settings.ToJson() },
            InitialParameters = start?.Parameters,
            Snapshots = trace is null ? null : new() { Every = settings.TrackEvery!.Value, Receive = trace.Add },
        };
        var options = new AttentionTransformerOptions(settings.Model, watched.With(settings.Training));
        return context.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(data);
    }

    /// <summary>
    /// The trained baseline, which the notebook calls the optimal one: a sequence encoder of the model's embedding dimension, on
    /// its own sample. Null if not requested, and after a cancellation.
    /// </summary>
    private TrainingHistory? TrainBaseline(
        INGramDistribution? distribution, int window, IProgress<ExperimentProgress>? receiver, CancellationToken cancellation)
    {
        if (settings.Baseline is not { Kind: BaselineKind.Trained } baseline
            || distribution is null
            || cancellation.IsCancellationRequested)
        {
            return null;
        }

        receiver?.Report(new ExperimentProgress(ExperimentStage.Baseline));
        var data = context.NGrams.Sample(distribution, baseline.Rows, settings.BaselineSeed, window);
        var encoder = new SequenceEncoderOptions
        {
            EmbeddingDimension = settings.Model.EmbeddingDimension,
            Precision = settings.Model.Precision,
        };
        var training = baseline.TrainingOptions(settings.BaselineSeed, settings.Training.Engine) with
        {
            Lanes = settings.Training.Lanes,
            Threads = settings.Training.Threads,
            TimeLimit = settings.Training.TimeLimit,
        };
        var watched = Watched(distribution, ExperimentStage.Baseline) with
        {
            Progress = receiver is null ? null : new StageProgress(receiver, ExperimentStage.Baseline),
            CancellationToken = cancellation,
        };
        var options = new SequenceEncoderTrainerOptions(encoder, watched.With(training));
        using var model = context.MulticlassClassification.Trainers.SequenceEncoder(options).Fit(data);
        return model.History;
    }

    /// <summary>The exact baseline; null if not requested, and after a cancellation.</summary>
    private SequenceEncoderOptimum? FindOptimum(INGramDistribution? distribution, Architecture architecture)
    {
        if (settings.Baseline is not { Kind: BaselineKind.Exact } baseline || distribution is null)
            return null;
        Begin(ExperimentStage.Baseline);
        var search = new OptimumOptions
        {
            Restarts = baseline.Restarts,
            Seed = settings.BaselineSeed,
            CancellationToken = cancellationToken,
        };
        try
        {
            return SequenceEncoderOptimum.FindInfimum(distribution, architecture, search);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private NextTokenOptions Watched(INGramDistribution? distribution, ExperimentStage stage) => new()
    {
        Distribution = distribution,
        Order = settings.Data.Order,
        Progress = progress is null ? null : new StageProgress(progress, stage),
        CancellationToken = cancellationToken,
    };

    /// <summary>Reported before the model is trained, not afterwards.</summary>
    private void RequireSmallBaseline(INGramDistribution? distribution)
    {
        if (distribution is null || settings.Baseline is null)
            return;
        int dimension = settings.Model.EmbeddingDimension;
        double contexts = ContextIndex.Count(distribution.VocabularySize, distribution.Order - 1);
        if (settings.Baseline.Kind == BaselineKind.Exact && !DistinctRows.Fits(distribution))
        {
            throw new OptionException(
                nameof(settings.Baseline),
                BaselineKind.Exact,
                FormattableString.Invariant($"of a law with at most {DistinctRows.MostProbabilities:N0} probabilities; this one ")
                    + FormattableString.Invariant($"has {contexts * distribution.VocabularySize:N0}"));
        }
        if (contexts * dimension > LargestBaseline)
        {
            string most = Math.Floor(LargestBaseline / contexts).ToString("N0", CultureInfo.InvariantCulture);
            throw new OptionException(
                nameof(settings.Model.EmbeddingDimension),
                dimension,
                FormattableString.Invariant($"at most {most} with a baseline, which embeds each of the {contexts:N0} contexts")
                    + "; leave the baseline out (--no-baseline, or no Baseline in the settings)");
        }
    }

    /// <summary>Receives what the model holds while it is trained; null if not requested.</summary>
    private MemoryTrace? Trace(INGramDistribution? distribution, SequenceDataView data) =>
        settings.TrackEvery is null || distribution is null
            ? null
            : new(
                distribution,
                ArchitectureFor(distribution, data),
                ExactResults.MostProbabilities / distribution.VocabularySize);

    private TransformerArchitecture ArchitectureFor(INGramDistribution? distribution, SequenceDataView data)
    {
        var prompt = KeyColumn.Find(data.Schema, SequenceColumns.Context, isVector: true);
        int window = prompt.VectorSize!.Value + 1;
        return new()
        {
            VocabularySize = prompt.Count,
            ContextWindow = window,
            Order = distribution?.Order ?? settings.Data.Order ?? window,
            Options = settings.Model,
        };
    }

    /// <summary>A model to start from must have the parameters of the model to train, and the data's tokens.</summary>
    private void RequireSameModel(SavedModel start, INGramDistribution? distribution, SequenceDataView data)
    {
        try
        {
            start.Parameters.RequireSame(ArchitectureFor(distribution, data).Parameters);
        }
        catch (ArgumentException exception)
        {
            throw new OptionException(
                nameof(ExperimentSettings.InitialWeights),
                settings.InitialWeights,
                $"of the model that is trained. {exception.Message.TrimEnd('.')}");
        }
    }

    private sealed class ReadingProgress(IProgress<ExperimentProgress> progress) : IProgress<double>
    {
        public void Report(double value) =>
            progress.Report(new ExperimentProgress(ExperimentStage.Sampling) { Reading = value });
    }

    private sealed class StageProgress(IProgress<ExperimentProgress> progress, ExperimentStage stage)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new ExperimentProgress(stage, value));
    }
}
