using NGram.ML.Bounds;
using XPlot.Plotly;

namespace NGram.ML.Reports;

/// <summary>What a run's report shows: one HTML page that needs no network.</summary>
public sealed record RunReport
{
    /// <summary>Heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>A line below the heading: when and with what the run was made.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>What a reader should know before the figures, in one sentence; null: nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Results, by name, in the order to show; the first few stand out at the top.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Results { get; init; } = [];

    /// <summary>Charts, in order.</summary>
    public IReadOnlyList<PlotlyChart> Charts { get; init; } = [];

    /// <summary>Pictures as SVG, in order, after the charts.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Bounds and baselines with their statements.</summary>
    public IReadOnlyList<Bound> Bounds { get; init; } = [];

    /// <summary>The model's parts and what it has memorised, by name, in the order to show.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Model { get; init; } = [];

    /// <summary>Settings of the run, by name, in the order to show.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Writes the page, about 1.2 MB with plotly.js in it; it ends with a line break.</summary>
    /// <param name="writer">Receives the page; its encoding should be UTF-8.</param>
    public void Write(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReportPage.Write(this, writer);
    }

    /// <summary>The page as a string.</summary>
    public string ToHtml()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        Write(writer);
        return writer.ToString();
    }
}
