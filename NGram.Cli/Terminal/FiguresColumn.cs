using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NGram.Cli.Terminal;

/// <summary>The figures of a part beside its bar.</summary>
internal sealed class FiguresColumn : ProgressColumn
{
    // The console draws on its own thread.
    private readonly ConcurrentDictionary<int, string> figures = new();

    /// <summary>Sets what is shown for a part.</summary>
    public void Set(ProgressTask task, string text) => figures[task.Id] = text;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(figures.GetValueOrDefault(task.Id, "")) { Overflow = Overflow.Ellipsis };

    /// <inheritdoc/>
    protected override bool NoWrap => true;
}
