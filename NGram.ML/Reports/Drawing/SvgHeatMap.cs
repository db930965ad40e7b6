using System.Globalization;

namespace NGram.ML.Reports.Drawing;

/// <summary>A phase diagram: a field for each pair of values, coloured by a number from 0 to 1.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it.</param>
/// <param name="yTitle">Beside it.</param>
/// <param name="zTitle">What the colours mean.</param>
/// <param name="fields">The fields: what hovering shows is their Hover; those without a point stay empty.</param>
internal sealed class SvgHeatMap(
    string title, string xTitle, string yTitle, string zTitle, IReadOnlyList<(double X, double Y, double Z, string Hover)> fields)
    : SvgDrawing(title)
{
    private const double LeastNumberWidth = 32, LeastNumberHeight = 15, BarWidth = 18, DarkUpTo = 0.6;
    private const int MostTicks = 16, BarSteps = 40;

    /// <inheritdoc/>
    protected override IEnumerable<string> Legend => ["0.00 0.00", zTitle];

    /// <inheritdoc/>
    protected override void Draw()
    {
        double[] xs = [.. fields.Select(field => field.X).Distinct().Order()];
        double[] ys = [.. fields.Select(field => field.Y).Distinct().Order()];
        double width = (Right - Left) / xs.Length, height = (Bottom - Top) / ys.Length;
        foreach (var (x, y, z, hover) in fields)
        {
            double left = Left + Array.IndexOf(xs, x) * width, top = Bottom - (Array.IndexOf(ys, y) + 1) * height;
            Rectangle(left, top, width, height, Fill(z), hover);
            if (width < LeastNumberWidth || height < LeastNumberHeight)
                continue;
            string ink = z < DarkUpTo ? """fill="#ffffff" """ : """fill="#1c2127" """;
            Text(
                z.ToString("0.00", CultureInfo.InvariantCulture), left + width / 2, top + height / 2 + 4,
                ink + Middle + """font-size="11" pointer-events="none" """);
        }
        foreach (double x in ChartTicks.Of(xs, MostTicks))
            XTick(Left + (Array.IndexOf(xs, x) + 0.5) * width, x);
        foreach (double y in ChartTicks.Of(ys, MostTicks))
            YTick(Bottom - (Array.IndexOf(ys, y) + 0.5) * height, y);
        Titles(xTitle, yTitle);
        Bar();
    }

    private void Bar()
    {
        double x = LegendPlace(0, 1).X, step = (Bottom - Top - 24) / BarSteps;
        Text(zTitle, x, Top + 10, Soft);
        for (int i = 0; i < BarSteps; i++)
            Rectangle(x, Bottom - (i + 1) * step, BarWidth, step + 0.5, Fill((i + 0.5) / BarSteps), "");
        foreach (double tick in ChartTicks.Between(0, 1, 5))
            Text(ChartTicks.Text(tick), x + BarWidth + 6, Bottom - tick * BarSteps * step + 4, Soft);
    }

    private static string Fill(double z) => ColourScale.Viridis.Text(z);
}
