using System.Globalization;
using System.Net;
using System.Text;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A chart of accuracies as SVG: points with error bars, lines, a legend; light and dark.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it.</param>
/// <param name="yTitle">Beside it.</param>
internal sealed class SvgChart(string title, string xTitle, string yTitle)
{
    private const double Width = 820, Height = 440, Left = 64, Right = 560, Top = 44, Bottom = 384;
    private const double LegendX = 580, LegendStep = 22, Margin = 0.03;
    private const int MostTicks = 8;

    private const string Style =
        ".ink { fill: #1c2127 } .soft { fill: #5a6470 } .grid { stroke: #dfe3e8 } @media (prefers-color-scheme: dark) "
        + "{ .ink { fill: #e6e9ed } .soft { fill: #a3adb8 } .grid { stroke: #343b44 } }";

    private static readonly double[] YTicks = [0, 0.2, 0.4, 0.6, 0.8, 1];

    private static readonly string[] Colours =
        ["#2a6fdb", "#d1495b", "#1b998b", "#e08e1b", "#7b4bb7", "#6b7785", "#b8336a", "#3a7d44", "#0e7c9b", "#9a6b2f", "#c05a2b"];

    private readonly List<(string Name, IReadOnlyList<ChartPoint> Points, IReadOnlyList<(double X, double Y)> Line)> series = [];
    private readonly StringBuilder svg = new();
    private double from, to;

    /// <summary>Adds a series: points with what hovering shows, and a line.</summary>
    public void Add(string name, IReadOnlyList<ChartPoint> points, IReadOnlyList<(double X, double Y)> line) =>
        series.Add((name, points, line));

    /// <summary>The SVG.</summary>
    public override string ToString()
    {
        double[] xs = [.. series.SelectMany(one => one.Points.Select(point => point.X)).Distinct().Order().DefaultIfEmpty(0)];
        (from, to) = (xs[0], xs[^1] > xs[0] ? xs[^1] : xs[0] + 1);
        svg.Clear();
        Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" """);
        Append($"""font-family="system-ui, sans-serif" font-size="13"><title>{Encoded(title)}</title><style>{Style}</style>""");
        Text(title, Left, 22, """class="ink" font-size="15" font-weight="600" """);
        Axes(xs);
        foreach (var (i, one) in series.Index())
            Series(i, one.Name, one.Points, one.Line);
        return svg.Append("</svg>\n").ToString();
    }

    private void Axes(double[] xs)
    {
        foreach (double tick in YTicks)
        {
            Line(Left, Y(tick), Right, Y(tick), "class=\"grid\"");
            Text(tick.ToString("0.0", CultureInfo.InvariantCulture), Left - 8, Y(tick) + 4, "class=\"soft\" text-anchor=\"end\"");
        }
        // The points' own x, thinned where they are many.
        int step = (xs.Length + MostTicks - 1) / MostTicks;
        foreach (double tick in xs.Where((_, i) => i % step == 0))
            Text(tick.ToString(CultureInfo.InvariantCulture), X(tick), Bottom + 20, "class=\"soft\" text-anchor=\"middle\"");
        Text(xTitle, (Left + Right) / 2, Height - 12, "class=\"soft\" text-anchor=\"middle\"");
        double middle = (Top + Bottom) / 2;
        Text(yTitle, 18, middle, FormattableString.Invariant(
            $"""class="soft" text-anchor="middle" transform="rotate(-90 18 {middle})" """));
    }

    private void Series(int i, string name, IReadOnlyList<ChartPoint> points, IReadOnlyList<(double X, double Y)> line)
    {
        string colour = Colours[i % Colours.Length];
        Append($"""<g stroke="{colour}" fill="{colour}">""");
        if (line.Count > 1)
        {
            string path = string.Join(' ', line.Select(point =>
                FormattableString.Invariant($"{X(point.X):0.##},{Y(point.Y):0.##}")));
            Append($"""<polyline points="{path}" fill="none" stroke-width="1.5" opacity="0.7"/>""");
        }
        foreach (var point in points)
        {
            if (point is { Low: { } low, High: { } high })
                Line(X(point.X), Y(low), X(point.X), Y(high), "");
            Circle(X(point.X), Y(point.Y), point.Hover);
        }
        if (name.Length > 0)
        {
            double y = Top + 10 + LegendStep * i;
            Circle(LegendX, y, name);
            Text(name, LegendX + 12, y + 4, "class=\"ink\" stroke=\"none\"");
        }
        Append($"</g>");
    }

    private double X(double x)
    {
        double margin = (to - from) * Margin;
        return Left + (x - from + margin) / (to - from + 2 * margin) * (Right - Left);
    }

    private static double Y(double y) => Bottom - Math.Clamp(y, 0, 1) * (Bottom - Top);

    private void Line(double x1, double y1, double x2, double y2, string attributes) =>
        Append($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" {attributes}/>""");

    private void Circle(double x, double y, string hover) =>
        Append($"""<circle cx="{x:0.##}" cy="{y:0.##}" r="4"><title>{Encoded(hover)}</title></circle>""");

    private void Text(string text, double x, double y, string attributes) =>
        Append($"""<text x="{x:0.##}" y="{y:0.##}" {attributes}>{Encoded(text)}</text>""");

    private void Append(FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
