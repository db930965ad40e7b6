using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.ML.Bounds;
using XPlot.Plotly;
using PlotLayout = XPlot.Plotly.Layout.Layout;

namespace NGram.ML.Reports;

/// <summary>
/// The notebook's two charts of a training, divergence and accuracy by batch, with baselines and bounds as labelled lines.
/// A long history is drawn as a smoothed line over a pale one of the batches' extremes.
/// </summary>
public sealed class LearningCurve
{
    private const int Points = 1000;
    private const int SmoothFrom = 200;
    private const int Height = 480;
    private const double PlotHeight = 300, LabelHeight = 15;

    private readonly string loss;
    private readonly double[] losses;
    private readonly double[] accuracies;
    private readonly IReadOnlyList<Bound> bounds;

    /// <summary>The curve of a training.</summary>
    /// <param name="history">Columns Divergence or CrossEntropy, and Accuracy; a row a batch, in the order of training.</param>
    /// <param name="bounds">Lines to draw: those with a value, on the chart of their kind.</param>
    /// <param name="trainedBaseline">
    /// Divergence of the trained sequence encoder, drawn in place of the infimum that it estimates.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public LearningCurve(DataFrame history, IReadOnlyList<Bound> bounds, double? trainedBaseline = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(bounds);
        loss = history.Columns.Any(column => column.Name == "Divergence") ? "Divergence" : "CrossEntropy";
        losses = Values(history, loss);
        accuracies = Values(history, "Accuracy");
        this.bounds = trainedBaseline is { } baseline ? WithBaseline(bounds, baseline) : bounds;
    }

    /// <summary>
    /// Divergence (or cross entropy) by batch, in nats; a divergence with the uniform and the trained baseline.
    /// </summary>
    public PlotlyChart DivergenceChart()
    {
        // The baselines are divergences: on a cross entropy's axis they would stand for nothing.
        var lines = loss == "Divergence" ? Lines(BoundKind.Divergence) : [];
        double[] all = [0, .. losses.Where(double.IsFinite), .. lines.Select(line => line.Value)];
        double low = all.Min(), high = all.Max(), margin = high > low ? 0.05 * (high - low) : 1;
        string axis = loss == "Divergence" ? "Divergence" : "Cross entropy";
        return Chart(losses, "Transformer", axis, low - margin, high + margin, lines);
    }

    /// <summary>Accuracy by batch from -0.1 to 1.1, with chance and the bounds on it.</summary>
    public PlotlyChart AccuracyChart() =>
        Chart(accuracies, "Next token", "Accuracy", -0.1, 1.1, Lines(BoundKind.Accuracy));

    private static PlotlyChart Chart(
        double[] values,
        string name,
        string axis,
        double low,
        double high,
        List<ReferenceLine> lines)
    {
        var traces = new List<Trace>();
        if (values.Length < SmoothFrom)
        {
            traces.Add(Curve(name, values, Downsampling.Even(values.Length, Points), ChartLineStyle.Curve, 2));
        }
        else
        {
            int window = values.Length / SmoothFrom * 2 + 1;
            int[] peaks = Downsampling.Extremes(values, Points);
            traces.Add(Curve($"{name}, every batch", values, peaks, ChartLineStyle.Batches, 1, 0.5));
            traces.Add(Curve(
                string.Create(CultureInfo.InvariantCulture, $"{name}, mean of {window} batches"),
                MovingAverage.MovingMean(values, window), Downsampling.Even(values.Length, Points), ChartLineStyle.Curve, 2.5));
        }
        traces.AddRange(lines.Select(line => line.Trace(values.Length)));
        return XPlot.Plotly.Chart.Plot(traces, new PlotLayout
        {
            title = "Transformer's learning dynamics",
            height = Height,
            xaxis = new Xaxis { title = "Batch number", zeroline = false },
            yaxis = new Yaxis { title = axis, range = new[] { low, high }, zeroline = false, hoverformat = ".4f" },
            legend = new Legend { orientation = "h", x = 0, y = -0.26, yanchor = "top" },
            margin = new Margin { l = 64, r = 250, t = 56, b = 56 },
            hovermode = "closest",
            annotations = Labels(lines, PlotHeight / (high - low)),
        });
    }

    private static List<Annotation> Labels(List<ReferenceLine> lines, double pixelsPerUnit)
    {
        var sorted = lines.OrderBy(line => line.Value).ToList();
        double[] wanted = [.. sorted.Select(line => line.Value * pixelsPerUnit)];
        double[] heights = LabelLayout.Spread(wanted, LabelHeight);
        return [.. sorted.Select((line, i) => line.Label(heights[i] - wanted[i]))];
    }

    private static Scatter Curve(
        string name, double[] values, int[] chosen, ChartLineStyle style, double width, double opacity = 1) => new()
        {
            name = name,
            mode = "lines",
            x = chosen.Select(i => i + 1).ToArray(),
            y = chosen.Select(i => double.IsFinite(values[i]) ? values[i] : (double?)null).ToArray(),
            line = new Line
            {
                color = style.Color,
                dash = style.Dash,
                width = width,
            },
            opacity = opacity,
        };

    private static IReadOnlyList<Bound> WithBaseline(IReadOnlyList<Bound> bounds, double baseline) =>
    [
        .. bounds.Where(bound => bound.Name != OptimalDivergence.Name),
        TrainedBaseline.Of(baseline),
    ];

    private List<ReferenceLine> Lines(BoundKind kind) =>
        [
            .. bounds
                .Where(bound => bound.Kind == kind && bound.Value is { } value && double.IsFinite(value))
                .Select(bound => new ReferenceLine(bound)),
        ];

    private static double[] Values(DataFrame history, string name)
    {
        var column = history.Columns.FirstOrDefault(column => column.Name == name)
            ?? throw new ArgumentException($"The history has no column {name}.", nameof(history));
        return column is PrimitiveDataFrameColumn<double> doubles
            ? [.. doubles.Select(value => value ?? double.NaN)]
            :
            [
                .. column
                    .Cast<object?>()
                    .Select(value => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            ];
    }
}
