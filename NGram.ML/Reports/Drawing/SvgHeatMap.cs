using System.Globalization;

namespace NGram.ML.Reports.Drawing;

/// <summary>A phase diagram: a field for each pair of values, coloured by a number from 0 to 1.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it.</param>
/// <param name="yTitle">Beside it.</param>
/// <param name="zTitle">What the colours mean.</param>
/// <param name="fields">The fields; pairs without one stay empty.</param>
/// <param name="levels">What contours mean; null: there are none.</param>
internal sealed class SvgHeatMap(
    string title, string xTitle, string yTitle, string zTitle, IReadOnlyList<HeatField> fields, string? levels = null)
    : SvgDrawing(title)
{
    private const double LevelTolerance = 1e-9;

    private const double LeastNumberWidth = 32, LeastNumberHeight = 15, BarWidth = 18, NoteHeight = 18, DarkUpTo = 0.6;
    private const int MostTicks = 16, BarSteps = 40;

    // Of the whole, the last line is the one that counts.
    private static readonly (double Level, double Width)[] Contours = [(0.25, 1), (0.5, 1), (0.75, 1), (1, 2.2)];

    /// <inheritdoc/>
    protected override IEnumerable<string> Legend => ["0.00 0.00", zTitle, .. Notes];

    private IEnumerable<string> Notes => levels is null ? [] : [levels, "lines: 0.25, 0.5, 0.75, 1"];

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
        var places = fields.ToDictionary(field => (Array.IndexOf(xs, field.X), Array.IndexOf(ys, field.Y)));
        foreach (var ((column, row), field) in places)
        {
            double right = Left + (column + 1) * width, above = Bottom - (row + 1) * height;
            Contour(field, places.GetValueOrDefault((column + 1, row)), right, above, right, above + height);
            Contour(field, places.GetValueOrDefault((column, row + 1)), right - width, above, right, above);
        }
        foreach (double x in ChartTicks.Of(xs, MostTicks))
            XTick(Left + (Array.IndexOf(xs, x) + 0.5) * width, x);
        foreach (double y in ChartTicks.Of(ys, MostTicks))
            YTick(Bottom - (Array.IndexOf(ys, y) + 0.5) * height, y);
        Titles(xTitle, yTitle);
        Bar();
    }

    /// <summary>The border of two fields, where a level lies between them: dark on light, to be seen on every colour.</summary>
    private void Contour(HeatField field, HeatField? other, double x1, double y1, double x2, double y2)
    {
        if (field.Level is not { } one || other?.Level is not { } next)
            return;
        foreach (var (level, thickness) in Contours)
        {
            if (one >= level - LevelTolerance == next >= level - LevelTolerance)
                continue;
            Line(x1, y1, x2, y2, FormattableString.Invariant($"""stroke="#ffffff" stroke-width="{thickness + 2}" """));
            Line(
                x1, y1, x2, y2,
                FormattableString.Invariant($"""class="contour" stroke="#000000" stroke-width="{thickness}" """));
        }
    }

    private void Bar()
    {
        double x = LegendPlace(0, 1).X, step = (Bottom - Top - 24) / BarSteps;
        Text(zTitle, x, Top + 10, Soft);
        for (int i = 0; i < BarSteps; i++)
            Rectangle(x, Bottom - (i + 1) * step, BarWidth, step + 0.5, Fill((i + 0.5) / BarSteps), "");
        foreach (double tick in ChartTicks.Between(0, 1, 5))
            Text(ChartTicks.Text(tick), x + BarWidth + 6, Bottom - tick * BarSteps * step + 4, Soft);
        foreach (var (i, note) in Notes.Index())
            Text(note, x, Bottom + 20 + NoteHeight * i, Soft);
    }

    private static string Fill(double z) => ColourScale.Viridis.Text(z);
}
