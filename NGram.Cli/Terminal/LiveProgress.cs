using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>A line with figures for every part, redrawn in place.</summary>
internal sealed class LiveProgress(ProgressContext context, FiguresColumn figures) : IProgress<ProgressStep>
{
    private string? name;
    private ProgressTask? task;

    /// <inheritdoc/>
    public void Report(ProgressStep value)
    {
        if (value.Task != name)
        {
            Finish();
            name = value.Task;
            task = context.AddTask(Markup.Escape(name), maxValue: 1);
        }
        task!.Value = value.Fraction;
        figures.Set(task, value.Figures);
    }

    /// <summary>Ends the last part; one that never reported progress is then complete.</summary>
    public void Finish()
    {
        if (task is { Value: 0 })
            task.Value = 1;
        task?.StopTask();
    }
}
