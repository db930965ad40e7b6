namespace NGram.ML.Evaluation.Batch;

/// <summary>The result of one model on one data set: metrics, or why there are none.</summary>
/// <param name="Model">The model's path, as given.</param>
/// <param name="Data">The data's name, as given; <c>exact</c> where it is every prompt of the law.</param>
/// <param name="Metrics">Null where it failed.</param>
/// <param name="Error">Why it failed; <see cref="OperationCanceledException"/> where it was not reached.</param>
public sealed record EvaluatedPair(string Model, string Data, NextTokenMetrics? Metrics, Exception? Error);
