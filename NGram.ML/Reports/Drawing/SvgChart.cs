namespace NGram.ML.Reports.Drawing;

/// <summary>A chart: points with error bars, lines, a legend.</summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below it.</param>
/// <param name="yTitle">Beside it.</param>
internal sealed class SvgChart(string title, string xTitle, string yTitle) : SvgDrawing(title)
{
    private const string Dashed = """stroke-width="1.2" stroke-dasharray="6 4" """;
    private const double Margin = 0.03, LegendDash = 14;
    private const int MostTicks = 8, MostOwnTicks = 16;

    // Over more than this a linear axis would press the small values together.
    private const double MostLinear = 50;

    private readonly List<ChartSeries> series = [];
    private readonly List<string> notes = [];
    private double from, to, highest;

    /// <inheritdoc/>
    protected override IEnumerable<string> Legend => [.. Named.Select(one => "   " + one.Name), .. notes];

    private IEnumerable<ChartSeries> Named => series.Where(one => one.Name.Length > 0);

    /// <summary>Whether x is drawn by its logarithm where its values span more than a factor of 50.</summary>
    public bool MayBeLogarithmic { get; init; }

    private bool IsLogarithmic => MayBeLogarithmic && from > 0 && to / from > MostLinear;

    /// <summary>Adds a series, drawn over those before.</summary>
    public void Add(ChartSeries one) => series.Add(one);

    /// <summary>Adds a line of text below the legend.</summary>
    public void Note(string text) => notes.Add(text);

    /// <inheritdoc/>
    protected override void Draw()
    {
        double[] xs = [.. series.SelectMany(one => one.Points.Select(point => point.X)).Distinct().Order().DefaultIfEmpty(0)];
        (from, to) = (xs[0], xs[^1] > xs[0] ? xs[^1] : xs[0] + 1);
        double[] ys =
            [.. series.SelectMany(one => one.Points.Select(point => point.Y).Concat(one.Dashes.Select(dash => dash.Y)))];
        // The last tick may be below the highest point.
        highest = ys.All(y => y <= 1) ? 1 : Math.Max(ys.Max(), ChartTicks.Between(0, 1.1 * ys.Max(), MostTicks)[^1]);
        Axes(xs);
        foreach (var one in series)
            Series(one);
        int places = Named.Count() + notes.Count;
        foreach (var (i, one) in Named.Index())
            LegendEntry(LegendPlace(i, places), one);
        foreach (var (i, note) in notes.Index())
            Text(note, LegendPlace(0, 1).X - 4, LegendPlace(Named.Count() + i, places).Y + 4, Soft);
    }

    private void Axes(double[] xs)
    {
        foreach (double tick in ChartTicks.Between(0, highest, 5))
        {
            Line(Left, Y(tick), Right, Y(tick), Grid);
            YTick(Y(tick), tick);
        }
        // The points' own x, where they are not many.
        var ticks = IsLogarithmic ? ChartTicks.Decades(from, to)
            : xs.Length <= MostOwnTicks ? ChartTicks.Of(xs, MostTicks)
            : ChartTicks.Between(from, to, MostTicks);
        foreach (double tick in ticks)
            XTick(X(tick), tick);
        Titles(IsLogarithmic ? $"{xTitle}, logarithmic" : xTitle, yTitle);
    }

    private void Series(ChartSeries one)
    {
        Append($"<g {Colour(one.Colour)}>");
        if (one.Band.Count > 0)
            Area(one.Band.Select(Place));
        if (one.Line.Count > 1)
            Path(one.Line.Select(Place), """stroke-width="1.5" opacity="0.7" """);
        if (one.Dashes.Count > 1)
            Path(one.Dashes.Select(Place), Dashed);
        foreach (var point in one.Points)
        {
            if (point is { Low: { } low, High: { } high })
                Line(X(point.X), Y(low), X(point.X), Y(high), "");
            Point(X(point.X), Y(point.Y), one.Shape, point.Hover);
        }
        Append($"</g>");
    }

    private void LegendEntry((double X, double Y) place, ChartSeries one)
    {
        Append($"<g {Colour(one.Colour)}>");
        if (one.Points.Count > 0)
            Point(place.X, place.Y, one.Shape, one.Name);
        else
            Line(place.X - LegendDash / 2, place.Y, place.X + LegendDash / 2, place.Y, Dashed);
        Append($"</g>");
        Text(one.Name, place.X + 12, place.Y + 4, Ink);
    }

    private (double X, double Y) Place((double X, double Y) point) => (X(point.X), Y(point.Y));

    private double X(double x)
    {
        double share = IsLogarithmic ? Math.Log(x / from) / Math.Log(to / from) : (x - from) / (to - from);
        return Left + (share + Margin) / (1 + 2 * Margin) * (Right - Left);
    }

    private double Y(double y) => Bottom - Math.Clamp(y / highest, 0, 1) * (Bottom - Top);
}
