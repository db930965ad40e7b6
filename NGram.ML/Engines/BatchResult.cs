namespace NGram.ML.Engines;

/// <summary>Means over the scored positions of a batch, before its step.</summary>
/// <param name="CrossEntropy">Mean of -log(p + 1e-12), in nats.</param>
/// <param name="Accuracy">Share of positions whose greatest logit is the token's (the lowest index on ties).</param>
internal readonly record struct BatchResult(double CrossEntropy, double Accuracy);
