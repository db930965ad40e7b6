using System.Globalization;
using System.Net;
using System.Text;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A chart of points with error bars and lines as SVG: axes from 0 to 1 upward, light and dark.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it.</param>
/// <param name="yTitle">Beside it.</param>
internal sealed class SvgChart(string title, string xTitle, string yTitle)
{
    private const double Width = 760, Height = 440, Left = 64, Right = 200, Top = 44, Bottom = 56;
    private const int MostTicks = 8;

    private static readonly string[] Colours =
        ["#2a6fdb", "#d1495b", "#1b998b", "#e08e1b", "#7b4bb7", "#6b7785", "#b8336a", "#3a7d44", "#0e7c9b", "#9a6b2f", "#c05a2b"];

    private readonly List<(string Name, IReadOnlyList<ChartPoint> Points, IReadOnlyList<(double X, double Y)> Line)> series = [];

    /// <summary>Adds a series: points with what hovering shows, and a line through some others.</summary>
    public void Add(string name, IReadOnlyList<ChartPoint> points, IReadOnlyList<(double X, double Y)> line) =>
        series.Add((name, points, line));

    /// <summary>The SVG.</summary>
    public override string ToString()
    {
        var xs = series.SelectMany(one => one.Points.Select(point => point.X)).DefaultIfEmpty(0).ToList();
        double from = xs.Min(), to = xs.Max() > xs.Min() ? xs.Max() : xs.Min() + 1;
        double margin = (to - from) * 0.03;
        double X(double x) => Left + (x - from + margin) / (to - from + 2 * margin) * (Width - Left - Right);
        double Y(double y) => Top + (1 - Math.Clamp(y, 0, 1)) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" font-family="system-ui, sans-serif" font-size="13">
            <title>{Text(title)}</title>
            <style>
            .ink {"{"} fill: #1c2127 {"}"} .soft {"{"} fill: #5a6470 {"}"} .grid {"{"} stroke: #dfe3e8 {"}"}
            @media (prefers-color-scheme: dark) {"{"} .ink {"{"} fill: #e6e9ed {"}"} .soft {"{"} fill: #a3adb8 {"}"} .grid {"{"} stroke: #343b44 {"}"} {"}"}
            </style>
            <text class="ink" x="{Left}" y="22" font-size="15" font-weight="600">{Text(title)}</text>

            """);
        foreach (double tick in (double[])[0, 0.2, 0.4, 0.6, 0.8, 1])
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Y(tick):0.##}" y2="{Y(tick):0.##}"/>
                <text class="soft" x="{Left - 8}" y="{Y(tick) + 4:0.##}" text-anchor="end">{tick:0.0}</text>

                """);
        }
        foreach (double tick in Ticks(xs))
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <text class="soft" x="{X(tick):0.##}" y="{Height - Bottom + 20}" text-anchor="middle">{tick}</text>

                """);
        }
        svg.Append(CultureInfo.InvariantCulture, $"""
            <text class="soft" x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">{Text(xTitle)}</text>
            <text class="soft" transform="translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">{Text(yTitle)}</text>

            """);
        foreach (var (i, (name, points, line)) in series.Index())
        {
            string colour = Colours[i % Colours.Length];
            svg.Append(CultureInfo.InvariantCulture, $"""<g stroke="{colour}" fill="{colour}">""").Append('\n');
            if (line.Count > 1)
            {
                string path = string.Join(' ', line.Select(point =>
                    FormattableString.Invariant($"{X(point.X):0.##},{Y(point.Y):0.##}")));
                svg.Append(CultureInfo.InvariantCulture, $"""<polyline points="{path}" fill="none" stroke-width="1.5" opacity="0.7"/>""")
                    .Append('\n');
            }
            foreach (var point in points)
            {
                string x = X(point.X).ToString("0.##", CultureInfo.InvariantCulture);
                if (point is { Low: { } low, High: { } high })
                {
                    svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{x}" x2="{x}" y1="{Y(low):0.##}" y2="{Y(high):0.##}"/>""")
                        .Append('\n');
                }
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"""<circle cx="{x}" cy="{Y(point.Y):0.##}" r="4"><title>{Text(point.Hover)}</title></circle>""").Append('\n');
            }
            if (name.Length > 0)
            {
                double y = Top + 10 + 22 * i;
                svg.Append(CultureInfo.InvariantCulture, $"""
                    <circle cx="{Width - Right + 20}" cy="{y}" r="4"/><text class="ink" stroke="none" x="{Width - Right + 32}" y="{y + 4}">{Text(name)}</text>

                    """);
            }
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The x themselves, thinned where they are many.</summary>
    private static IEnumerable<double> Ticks(IEnumerable<double> xs)
    {
        double[] different = [.. xs.Distinct().Order()];
        int step = (different.Length + MostTicks - 1) / MostTicks;
        return different.Where((_, i) => i % Math.Max(1, step) == 0);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
