namespace NGram.ML.Sweeps.Running;

/// <summary>How far a sweep has got, counting the trials that this process is to see done.</summary>
/// <param name="Done">Trials done.</param>
/// <param name="Running">Trials that this process is running.</param>
/// <param name="Failed">Trials that failed.</param>
/// <param name="Left">Trials that are waiting, or that other processes are running.</param>
/// <param name="Fraction">How much of all the work is done, from 0 to 1.</param>
/// <param name="Elapsed">Time since the run began.</param>
/// <param name="Remaining">Expected time to its end; null if unknown.</param>
/// <param name="BestAccuracy">The highest accuracy so far; null if there is none yet.</param>
public sealed record SweepProgress(
    int Done,
    int Running,
    int Failed,
    int Left,
    double Fraction,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    double? BestAccuracy);
