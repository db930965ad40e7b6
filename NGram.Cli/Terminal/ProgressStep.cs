namespace NGram.Cli.Terminal;

/// <summary>Where a long job stands, as a person reads it.</summary>
/// <param name="Task">The part that runs, in a word or two; parts follow each other.</param>
/// <param name="Fraction">What is done of it, from 0 to 1.</param>
/// <param name="Text">Its figures.</param>
/// <param name="Elapsed">Time since it began.</param>
/// <param name="Remaining">Expected time to its end; null where it is not known.</param>
internal sealed record ProgressStep(string Task, double Fraction, string Text, TimeSpan Elapsed, TimeSpan? Remaining)
{
    /// <summary>A part whose progress is not known.</summary>
    public ProgressStep(string task) : this(task, 0, "", TimeSpan.Zero, null)
    {
    }

    /// <summary>The figures and the time left.</summary>
    public string Figures => Remaining is { } left && Fraction is > 0 and < 1 ? $"{Text} {Duration(left)} left" : Text;

    private static string Duration(TimeSpan time) => FormattableString.Invariant($"{(long)time.TotalMinutes}:{time.Seconds:00}");
}
