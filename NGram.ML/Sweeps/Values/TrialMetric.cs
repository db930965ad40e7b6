using NGram.ML.Experiments;

namespace NGram.ML.Sweeps.Values;

/// <summary>A result of a trial, by the name of its column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Of">Gets its value; null if unknown.</param>
/// <param name="IsLess">Whether less is better.</param>
internal sealed record TrialMetric(string Name, Func<ExperimentSummary, double?> Of, bool IsLess = false)
{
    /// <summary>The metric that sweeps use unless they name another.</summary>
    public static TrialMetric Accuracy { get; } = new(nameof(Accuracy), summary => summary.Accuracy);

    /// <summary>Bits by code length, per parameter.</summary>
    public static TrialMetric BitsPerParameter { get; } = new(nameof(BitsPerParameter), summary => summary.BitsPerParameter);

    /// <summary>
    /// The bits, per parameter, of a model that predicts the law exactly, what a model holds plus what it lacks: T0 (log N - H) /
    /// ln 2 for the entropy H of what follows a prompt, so log2 N for each prompt of a look-up table.
    /// </summary>
    public static TrialMetric DemandedBitsPerParameter { get; } = new(nameof(DemandedBitsPerParameter), summary =>
        (summary.Bits + summary.Prompts * summary.ExactDivergence / Math.Log(2)) / summary.Parameters);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TrialMetric> All { get; } =
    [
        Accuracy,
        new(nameof(ExperimentSummary.ExactAccuracy), summary => summary.ExactAccuracy),
        new(nameof(ExperimentSummary.Facts), summary => summary.Facts),
        new(nameof(ExperimentSummary.Bits), summary => summary.Bits),
        BitsPerParameter,
        DemandedBitsPerParameter,
        new(nameof(ExperimentSummary.Divergence), summary => summary.Divergence, IsLess: true),
        new(nameof(ExperimentSummary.ExactDivergence), summary => summary.ExactDivergence, IsLess: true),
    ];

    /// <summary>The metric with a name, or null.</summary>
    public static TrialMetric? Find(string name) =>
        All.FirstOrDefault(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The metric with a name.</summary>
    /// <exception cref="InvalidDataException">There is none; the message names <paramref name="source"/>.</exception>
    public static TrialMetric Require(string name, string source) => Find(name)
        ?? throw new InvalidDataException(
            $"{source}: {name} is not a result; it must be one of {string.Join(", ", All.Select(metric => metric.Name))}.");

    /// <summary>Whether a value is at least as good as another.</summary>
    public bool Reaches(double? value, double target) => IsLess ? value <= target : value >= target;

    /// <summary>A key that orders results, the best last; unknown results are the worst.</summary>
    public double Rank(ExperimentSummary summary) =>
        Of(summary) is not { } value ? double.NegativeInfinity : IsLess ? -value : value;
}
