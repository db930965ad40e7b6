using NGram.ML.Experiments;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Tables;

namespace NGram.Tests.ML.Sweeps;

/// <summary>Results of sweeps whose accuracies are made up.</summary>
internal static class MadeResults
{
    /// <summary>Every point done, with Corollary 2 at 0.01 x and chance at 0.02.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="accuracy">From d, x (the axis of the fit, or the heads) and repetition.</param>
    /// <param name="holds">Whether Corollary 2's conditions hold.</param>
    public static IReadOnlyList<PointResult> Of(Sweep sweep, Func<double, double, int, double> accuracy, bool holds = true) =>
    [
        .. sweep.Trials().GroupBy(trial => trial.Point, ReferenceEqualityComparer.Instance).Select(point => new PointResult(
            (SweepPoint)point.Key!,
            [.. point.Select(trial => Summary(trial, accuracy, holds))],
            0)),
    ];

    private static ExperimentSummary Summary(SweepTrial trial, Func<double, double, int, double> accuracy, bool holds)
    {
        double x = trial.Point.Number(trial.Point.Sweep.Fit?.X ?? "Heads");
        return new()
        {
            Method = trial.Settings.Construction is null ? ExperimentSummary.Trained : ExperimentSummary.Constructed,
            Engine = "",
            StopReason = "",
            Bounds = new Dictionary<string, double> { ["chance"] = 0.02, ["corollary2"] = 0.01 * x, ["uniformDivergence"] = 3.9 },
            BoundsHold = new Dictionary<string, bool?>
            {
                ["chance"] = true,
                ["corollary2"] = holds,
                ["uniformDivergence"] = true,
            },
            Parameters = 1000 * trial.Settings.Model.Heads + trial.Settings.Model.MlpWidth,
            Accuracy = accuracy(trial.Settings.Model.EmbeddingDimension, x, trial.Repetition),
        };
    }
}
