namespace NGram.Data.Checks;

/// <summary>How long a job still takes at the pace it has kept.</summary>
internal static class RemainingTime
{
    /// <summary>The expected time to the end.</summary>
    /// <param name="elapsed">Time since the beginning.</param>
    /// <param name="done">What is done of it, in any unit.</param>
    /// <param name="all">All that is to be done, in the same unit.</param>
    /// <returns>Null while nothing is done.</returns>
    public static TimeSpan? Of(TimeSpan elapsed, double done, double all) =>
        done > 0 ? elapsed * ((all - done) / done) : null;
}
