namespace NGram.ML.Reports.Drawing;

/// <summary>What a chart draws in one colour.</summary>
/// <param name="Name">In the legend; empty: no entry.</param>
/// <param name="Colour">Number of its colour; they repeat.</param>
/// <param name="Points">Its points; a series without any is a dashed line.</param>
internal sealed record ChartSeries(string Name, int Colour, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>Number of its points' shape: disc, square, triangle, frame; they repeat.</summary>
    public int Shape { get; init; }

    /// <summary>A line through the points, such as a fit.</summary>
    public IReadOnlyList<(double X, double Y)> Line { get; init; } = [];

    /// <summary>The corners of a faint area, such as an interval's.</summary>
    public IReadOnlyList<(double X, double Y)> Band { get; init; } = [];

    /// <summary>A dashed line beside them, such as a bound.</summary>
    public IReadOnlyList<(double X, double Y)> Dashes { get; init; } = [];
}
