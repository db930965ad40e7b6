using Microsoft.ML;
using NGram.Data.Checks;

namespace NGram.ML.Sweeps.Pipelines;

/// <summary>How a sweep of pipelines is run.</summary>
public sealed record PipelineSweepOptions
{
    /// <summary>Trials per point, each with its own seed. At least 1.</summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>
    /// Pipelines to run at a time; null: as many as there are cores. At least 1; use 1 for trainers that use all cores.
    /// </summary>
    public int? Jobs { get; init; }

    /// <summary>
    /// Measures the transformed test data and returns metrics by name. Null: MicroAccuracy, MacroAccuracy, LogLoss and
    /// LogLossReduction of <c>MulticlassClassification.Evaluate</c> on the columns Label, Score and PredictedLabel.
    /// </summary>
    public Func<MLContext, IDataView, IReadOnlyDictionary<string, double>>? Evaluate { get; init; }

    /// <summary>Receives each trial as it ends, from several threads.</summary>
    public IProgress<PipelineOutcome>? Progress { get; init; }

    /// <summary>Stops the sweep: no further trial begins, and what has ended is kept.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(Repetitions, 1, nameof(Repetitions));
        if (Jobs is { } jobs)
            Require.AtLeast(jobs, 1, nameof(Jobs));
    }
}
