using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The figures of a sweep and of its parts.</summary>
internal static class SweepFigures
{
    /// <summary>Plateaus, each part's curves and phase diagrams, then what is drawn of the parts together.</summary>
    public static IEnumerable<SweepFigure> Of(Sweep sweep, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits) =>
        PlateauFigure.Of(sweep, points, fits) is { } plateaus
            ? Each(sweep, points, fits).Prepend(plateaus)
            : Each(sweep, points, fits);

    private static IEnumerable<SweepFigure> Each(
        Sweep sweep, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits)
    {
        if (sweep.Parts.Count == 0)
        {
            if (CurveFigure.Of(sweep, points, fits) is { } curves)
                yield return curves;
            foreach (var diagram in PhaseFigure.Of(sweep, points))
                yield return diagram;
        }
        foreach (var figure in sweep.Parts.SelectMany(part => Each(part, points, fits)))
            yield return figure;
        if (sweep.Against is not null && TogetherFigure.Of(sweep, points) is { } together)
            yield return together;
    }

    /// <summary>What a figure of a sweep is called.</summary>
    public static string TitleOf(Sweep sweep) => sweep.Title.Length > 0 ? sweep.Title : sweep.Name;

    /// <summary>What hovering over a point shows.</summary>
    public static string Hover(PointResult point, string where)
    {
        string spread = point.Accuracy.Sd is { } sd ? FormattableString.Invariant($" (sd {sd:0.0000})") : "";
        string trials = point.Done.Count == 1 ? "1 trial" : FormattableString.Invariant($"{point.Done.Count} trials");
        return $"{point.Point.Sweep.Name} {where}: "
            + FormattableString.Invariant($"accuracy {point.Accuracy.Mean:0.0000}{spread}, {trials}");
    }
}
