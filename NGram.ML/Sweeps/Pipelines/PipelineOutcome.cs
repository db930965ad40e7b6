namespace NGram.ML.Sweeps.Pipelines;

/// <summary>What came of one pipeline.</summary>
/// <param name="Trial">Its values.</param>
/// <param name="Metrics">Measured on the test data, by their names; null where it failed.</param>
/// <param name="Seconds">Of fitting and measuring.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
public sealed record PipelineOutcome(
    PipelineTrial Trial,
    IReadOnlyDictionary<string, double>? Metrics,
    double Seconds,
    string? Reason);
