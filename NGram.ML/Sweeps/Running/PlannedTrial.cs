namespace NGram.ML.Sweeps.Running;

/// <summary>A trial and the time it is expected to take.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Work">Its steps, arithmetic and parameters.</param>
/// <param name="Seconds">Expected time on this machine.</param>
internal sealed record PlannedTrial(SweepTrial Trial, TrialWork Work, double Seconds);
