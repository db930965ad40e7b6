namespace NGram.ML.Sweeps.Pipelines;

/// <summary>The outcome of one pipeline.</summary>
/// <param name="Trial">Its values.</param>
/// <param name="Metrics">The metrics on the test data, by name; null if it failed.</param>
/// <param name="Seconds">Time to fit and measure.</param>
/// <param name="Reason">Why it failed; null if it did not.</param>
public sealed record PipelineOutcome(
    PipelineTrial Trial,
    IReadOnlyDictionary<string, double>? Metrics,
    double Seconds,
    string? Reason);
