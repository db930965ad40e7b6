namespace NGram.ML.Sweeps.Running;

/// <summary>Where a sweep stands, of the trials that this process is to see done.</summary>
/// <param name="Done">Trials done.</param>
/// <param name="Running">Trials that this process is at.</param>
/// <param name="Failed">Trials that failed.</param>
/// <param name="Left">Trials that wait, or that other processes are at.</param>
/// <param name="Fraction">What is done of all the work, from 0 to 1.</param>
/// <param name="Elapsed">Time since the run began.</param>
/// <param name="Remaining">Expected time to its end; null where it is not known.</param>
/// <param name="BestAccuracy">The highest accuracy so far; null: none yet.</param>
public sealed record SweepProgress(
    int Done,
    int Running,
    int Failed,
    int Left,
    double Fraction,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    double? BestAccuracy);
