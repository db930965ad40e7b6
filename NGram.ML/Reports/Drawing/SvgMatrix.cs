namespace NGram.ML.Reports.Drawing;

/// <summary>A table of numbers as a picture, a pixel for each, for tables of thousands; NaN stays empty.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it: the columns.</param>
/// <param name="yTitle">Beside it: the rows, from above.</param>
/// <param name="zTitle">What the colours mean.</param>
/// <param name="values">[rows, columns].</param>
/// <param name="signed">Whether 0 has a colour of its own in the middle of the scale.</param>
internal sealed class SvgMatrix(string title, string xTitle, string yTitle, string zTitle, double[,] values, bool signed = false)
    : SvgDrawing(title)
{
    private const double BarWidth = 18;
    private const int MostTicks = 10, BarSteps = 64;

    private double low, high;

    /// <inheritdoc/>
    protected override IEnumerable<string> Legend => ["0.00 0.00 0.00", zTitle];

    private ColourScale Scale => signed ? ColourScale.Signed : ColourScale.Viridis;

    /// <inheritdoc/>
    protected override void Draw()
    {
        var known = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0);
        (low, high) = (known.Min(), known.Max());
        if (signed)
        {
            double most = Math.Max(Math.Abs(low), Math.Abs(high));
            (low, high) = (-most, most);
        }
        if (!(high > low))
            high = low + 1;
        int rows = values.GetLength(0), columns = values.GetLength(1);
        byte[] pixels = new byte[4 * rows * columns];
        for (int i = 0; i < rows * columns; i++)
        {
            double value = values[i / columns, i % columns];
            if (!double.IsFinite(value))
                continue;
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = Scale.Of((value - low) / (high - low));
            pixels[4 * i + 3] = 255;
        }
        Image(Left, Top, Right - Left, Bottom - Top, pixels, columns);
        for (int x = 0; x < columns; x += Step(columns))
            XTick(Left + (x + 0.5) / columns * (Right - Left), x);
        for (int y = 0; y < rows; y += Step(rows))
            YTick(Top + (y + 0.5) / rows * (Bottom - Top), y);
        Titles(xTitle, yTitle);
        Bar();
    }

    private static int Step(int count) => Math.Max(1, (int)ChartTicks.Between(0, Math.Max(count, 2), MostTicks)[1]);

    private void Bar()
    {
        byte[] pixels = new byte[4 * BarSteps];
        for (int i = 0; i < BarSteps; i++)
        {
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = Scale.Of(1 - (i + 0.5) / BarSteps);
            pixels[4 * i + 3] = 255;
        }
        double x = LegendPlace(0, 1).X, top = Top + 24;
        Text(zTitle, x, Top + 10, Soft);
        Image(x, top, BarWidth, Bottom - top, pixels, columns: 1);
        foreach (double tick in ChartTicks.Between(low, high, 6))
            Text(ChartTicks.Text(tick), x + BarWidth + 6, Bottom - (tick - low) / (high - low) * (Bottom - top) + 4, Soft);
    }

    private void Image(double x, double y, double width, double height, byte[] pixels, int columns)
    {
        string data = Convert.ToBase64String(PngImage.Write(pixels, columns));
        Append($"""<image x="{x:0.##}" y="{y:0.##}" width="{width:0.##}" height="{height:0.##}" preserveAspectRatio="none" """);
        Append($"""style="image-rendering: pixelated" href="data:image/png;base64,{data}"/>""");
    }
}
