using System.Globalization;
using NGram.ML.Bounds;
using XPlot.Plotly;

namespace NGram.ML.Reports;

/// <summary>A bound as a horizontal line of a chart, with its value in the legend and a label at its right end.</summary>
/// <param name="bound">A bound with a value.</param>
internal sealed class ReferenceLine(Bound bound)
{
    private readonly ChartLineStyle style = ChartLineStyle.Of(bound.Name);

    /// <summary>Height of the line.</summary>
    public double Value { get; } = bound.Value!.Value;

    private string Text => string.Create(
        CultureInfo.InvariantCulture, $"{BoundMark.Mark(bound.Title, bound.Holds)}: {Value:0.####}");

    /// <summary>The line over a training of <paramref name="batches"/> batches.</summary>
    public Scatter Trace(int batches) => new()
    {
        name = Text,
        mode = "lines",
        x = new[] { 1, Math.Max(2, batches) },
        y = new[] { Value, Value },
        line = new Line { color = style.Color, dash = style.Dash, width = 2 },
    };

    /// <summary>The label, <paramref name="shift"/> pixels above the line's end.</summary>
    public Annotation Label(double shift) => new()
    {
        text = Text,
        font = new Font { size = 11 },
        xref = "paper",
        x = 1,
        xanchor = "left",
        yref = "y",
        y = Value,
        yanchor = "middle",
        showarrow = true,
        arrowhead = 0,
        arrowwidth = 1,
        arrowcolor = style.Color,
        ax = 18,
        ay = -shift,
    };
}
