using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>
/// Shows the progress of a long job: a live line per part on a terminal, occasional lines elsewhere, or nothing.
/// </summary>
internal static class ProgressDisplay
{
    private const int WidthWithBar = 96;

    /// <summary>Runs a job with its progress on <paramref name="console"/>.</summary>
    public static T Run<T>(IAnsiConsole console, bool quiet, Func<IProgress<ProgressStep>?, T> job)
    {
        if (quiet)
            return job(null);
        if (!console.Profile.Capabilities.Ansi || !console.Profile.Out.IsTerminal)
            return job(new ProgressLines(console));
        var figures = new FiguresColumn();
        ProgressColumn[] columns =
        [
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = 12 },
            figures,
        ];
        return console
            .Progress()
            .Columns(console.Profile.Width < WidthWithBar ? [columns[0], figures] : columns)
            .Start(context =>
            {
                var progress = new LiveProgress(context, figures);
                var result = job(progress);
                progress.Finish();
                return result;
            });
    }
}
