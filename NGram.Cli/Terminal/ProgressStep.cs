namespace NGram.Cli.Terminal;

/// <summary>How far a long job has got, in words.</summary>
/// <param name="Task">The part that is running, in a word or two; one part follows another.</param>
/// <param name="Fraction">How much of it is done, from 0 to 1.</param>
/// <param name="Text">Its figures.</param>
/// <param name="Elapsed">Time since it began.</param>
/// <param name="Remaining">Expected time to its end; null if unknown.</param>
internal sealed record ProgressStep(string Task, double Fraction, string Text, TimeSpan Elapsed, TimeSpan? Remaining)
{
    /// <summary>A part whose progress is unknown.</summary>
    public ProgressStep(string task) : this(task, 0, "", TimeSpan.Zero, null)
    {
    }

    /// <summary>The figures and the time left.</summary>
    public string Figures => Remaining is { } left && Fraction is > 0 and < 1 ? $"{Text} {Duration(left)} left" : Text;

    private static string Duration(TimeSpan time) => FormattableString.Invariant($"{(long)time.TotalMinutes}:{time.Seconds:00}");
}
