using System.Globalization;
using System.Net;
using System.Text;

namespace NGram.ML.Reports.Drawing;

/// <summary>
/// A figure as SVG for papers and pages: its light colours are attributes, which every program reads, its dark ones a style.
/// </summary>
internal abstract class SvgDrawing(string title)
{
    /// <summary>The frame of what is drawn, in pixels, with room for numbers and titles around it.</summary>
    protected const double Left = 64, Right = 560, Top = 44, Bottom = 384;

    private const double Height = 440, LegendX = Right + 20, WidthOfLetter = 7.2, Margin = 16;

    /// <summary>Attributes of texts and lines.</summary>
    protected const string Ink = """class="ink" fill="#1c2127" """, Soft = """class="soft" fill="#5a6470" """,
        Grid = """class="grid" stroke="#dfe3e8" """, Middle = """text-anchor="middle" """;

    private static readonly (string Light, string Dark)[] Colours =
    [
        ("#2a6fdb", "#7aaeff"), ("#d1495b", "#ff8593"), ("#1b998b", "#4fd1c1"), ("#c97a10", "#ffb454"), ("#7b4bb7", "#b794f4"),
        ("#c026a8", "#f29bf0"), ("#3a7d44", "#7bc886"), ("#0e7c9b", "#54c1e0"), ("#9a6b2f", "#d9a866"), ("#c05a2b", "#ff9c6b"),
        ("#6b7785", "#a3adb8"),
    ];

    private static readonly string Style =
        "@media screen and (prefers-color-scheme: dark) { .ink { fill: #e6e9ed } .soft { fill: #a3adb8 } "
        + ".grid { stroke: #343b44 } "
        + string.Concat(Colours.Select((colour, i) =>
            FormattableString.Invariant($".c{i} {{ stroke: {colour.Dark}; fill: {colour.Dark} }} ")))
        + "}";

    private readonly StringBuilder svg = new();

    /// <summary>Draws what stands within the frame and beside it.</summary>
    protected abstract void Draw();

    /// <summary>The texts of the legend, for which room is made on the right.</summary>
    protected abstract IEnumerable<string> Legend { get; }

    /// <summary>The SVG.</summary>
    public override string ToString()
    {
        svg.Clear();
        double legend = Legend.Select(text => text.Length * WidthOfLetter).DefaultIfEmpty(0).Max() + Margin;
        double width = Math.Ceiling(Math.Max(LegendX + legend, Left + title.Length * WidthOfLetter * 1.3));
        Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {Height}" width="{width}" height="{Height}" """);
        Append($"""role="img" font-family="system-ui, sans-serif" font-size="13">""");
        Append($"<title>{Encoded(title)}</title><style>{Style}</style>");
        Text(title, Left, 22, Ink + """font-size="15" font-weight="600" """);
        Draw();
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The titles of the two axes.</summary>
    protected void Titles(string x, string y)
    {
        Text(x, (Left + Right) / 2, Height - 12, Soft + Middle);
        double middle = (Top + Bottom) / 2;
        Text(y, 18, middle, Soft + Middle + FormattableString.Invariant($"""transform="rotate(-90 18 {middle})" """));
    }

    /// <summary>A number below the frame.</summary>
    protected void XTick(double x, double value) => Text(ChartTicks.Text(value), x, Bottom + 20, Soft + Middle);

    /// <summary>A number left of the frame.</summary>
    protected void YTick(double y, double value) =>
        Text(ChartTicks.Text(value), Left - 8, y + 4, Soft + """text-anchor="end" """);

    /// <summary>A colour's attributes.</summary>
    protected static string Colour(int number)
    {
        int i = number % Colours.Length;
        return FormattableString.Invariant($"""class="c{i}" stroke="{Colours[i].Light}" fill="{Colours[i].Light}" """);
    }

    protected void Line(double x1, double y1, double x2, double y2, string attributes) =>
        Append($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" {attributes}/>""");

    /// <summary>A faint area in the colour around it.</summary>
    protected void Area(IEnumerable<(double X, double Y)> corners)
    {
        string path = string.Join(' ', corners.Select(corner => FormattableString.Invariant($"{corner.X:0.##},{corner.Y:0.##}")));
        Append($"""<polygon points="{path}" stroke="none" opacity="0.18"/>""");
    }

    protected void Path(IEnumerable<(double X, double Y)> points, string attributes)
    {
        string path = string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:0.##},{point.Y:0.##}")));
        Append($"""<polyline points="{path}" fill="none" {attributes}/>""");
    }

    /// <summary>A point, with what hovering shows: a disc, a square, a triangle or a frame.</summary>
    protected void Point(double x, double y, int shape, string hover)
    {
        string title = $"<title>{Encoded(hover)}</title>";
        FormattableString element = (shape % 4) switch
        {
            0 => $"""<circle cx="{x:0.##}" cy="{y:0.##}" r="4">{title}</circle>""",
            1 => $"""<rect x="{x - 3.5:0.##}" y="{y - 3.5:0.##}" width="7" height="7">{title}</rect>""",
            3 => $"""<rect x="{x - 6:0.##}" y="{y - 6:0.##}" width="12" height="12" fill="none">{title}</rect>""",
            _ => $"""<path d="M{x - 4.5:0.##} {y + 3.5:0.##}h9l-4.5 -8z">{title}</path>""",
        };
        Append(element);
    }

    protected void Rectangle(double x, double y, double width, double height, string fill, string hover)
    {
        string title = hover.Length > 0 ? $"<title>{Encoded(hover)}</title>" : "";
        Append($"""<rect x="{x:0.##}" y="{y:0.##}" width="{width:0.##}" height="{height:0.##}" fill="{fill}">{title}</rect>""");
    }

    protected void Text(string text, double x, double y, string attributes) =>
        Append($"""<text x="{x:0.##}" y="{y:0.##}" {attributes}>{Encoded(text)}</text>""");

    protected void Append(FormattableString element) =>
        svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>A place of the legend, counted from 0, of so many.</summary>
    protected static (double X, double Y) LegendPlace(int i, int count) =>
        (LegendX, Top + 10 + Math.Min(22, (Height - Top - 20) / Math.Max(1, count)) * i);

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
