using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>
/// Prints a line when a part that has figures begins, then every two seconds or every fiftieth of the part, whichever is rarer,
/// and at its end.
/// </summary>
internal sealed class ProgressLines(IAnsiConsole console) : IProgress<ProgressStep>
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private const int MostLines = 50;

    private string? task;
    private TimeSpan next;

    /// <inheritdoc/>
    public void Report(ProgressStep value)
    {
        if (value.Task == task && value.Elapsed < next && value.Fraction < 1)
            return;
        var whole = value.Elapsed + (value.Remaining ?? TimeSpan.Zero);
        var pause = whole / MostLines;
        (task, next) = (value.Task, value.Elapsed + (pause > ShortestPause ? pause : ShortestPause));
        console.WriteLine(value.Text.Length > 0 ? $"{value.Task}: {value.Figures}" : value.Task);
    }
}
