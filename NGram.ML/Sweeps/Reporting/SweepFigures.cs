using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The figures of a sweep and of its parts.</summary>
internal static class SweepFigures
{
    private static readonly Dictionary<string, string> Symbols = new(StringComparer.OrdinalIgnoreCase)
    {
        ["VocabularySize"] = "N",
        ["EmbeddingDimension"] = "d",
        ["HeadDimension"] = "d_h",
        ["Heads"] = "H",
        ["MlpWidth"] = "width of the MLP",
    };

    /// <summary>
    /// Plateaus, figures of all parts together, then each part's curves and phase diagrams. A single curve that is already in the
    /// figure of all parts gets no figure of its own, and neither do random laws: see <see cref="WorstFigure"/>.
    /// </summary>
    public static IEnumerable<SweepFigure> Of(Sweep sweep, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits) =>
        PlateauFigure.Of(sweep, points, fits) is { } plateaus
            ? Each(sweep, points, fits, together: null).Prepend(plateaus)
            : Each(sweep, points, fits, together: null);

    private static IEnumerable<SweepFigure> Each(
        Sweep sweep, IReadOnlyList<PointResult> points, IReadOnlyList<FitRow> fits, string? together)
    {
        if (sweep.Against is { } against && TogetherFigure.Of(sweep, points) is { } whole)
        {
            yield return whole with { Caption = sweep.About };
            together = sweep.Parts.Count > 0 ? against : null;
        }
        if (sweep.Parts.Count == 0 && !WorstCase.HasLaws(sweep))
        {
            var maps = PhaseFigure.Of(sweep, points).ToList();
            if (!IsCurve(sweep, together) && CurveFigure.Of(sweep, points, fits) is { } curves)
                yield return maps.Count == 0 ? curves with { Caption = sweep.About } : curves;
            foreach (var (i, map) in maps.Index())
                yield return map with { Caption = i == maps.Count - 1 ? sweep.About : "" };
        }
        foreach (var figure in sweep.Parts.SelectMany(part => Each(part, points, fits, together)))
            yield return figure;
    }

    /// <summary>A part for readers: its title if no other part has it, as where they inherit one; otherwise its name.</summary>
    public static string NameOf(Sweep leaf, Sweep whole) =>
        leaf.Title.Length > 0 && whole.Leaves.Count(other => other.Title == leaf.Title) == 1 ? leaf.Title : leaf.Name;

    /// <summary>Whether a part is a single curve against the axis of a figure of all parts.</summary>
    public static bool IsCurve(Sweep leaf, string? axis) =>
        leaf.Axes is [{ } only] && only.Setting.Equals(axis, StringComparison.OrdinalIgnoreCase) && leaf.Fit is null;

    /// <summary>The name of a figure of a sweep.</summary>
    public static string TitleOf(Sweep sweep) => sweep.Title.Length > 0 ? sweep.Title : sweep.Name;

    /// <summary>A setting as the paper writes it, where it has a letter.</summary>
    public static string Symbol(string setting) => Symbols.GetValueOrDefault(setting, setting);

    /// <summary>An axis or a series, such as HeadDimension=10 Heads=5, for readers: d_h = 10, H = 5.</summary>
    public static string Words(string series) => string.Join(", ", series.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split('=', 2))
        .Select(one => one is [var name, var value] ? $"{Symbol(name)} = {value}" : Symbol(one[0])));

    /// <summary>The text shown when hovering over a point.</summary>
    public static string Hover(PointResult point, string where)
    {
        string spread = point.Accuracy.Sd is { } sd ? FormattableString.Invariant($" (sd {sd:0.0000})") : "";
        string trials = point.Done.Count == 1 ? "1 trial" : FormattableString.Invariant($"{point.Done.Count} trials");
        return $"{point.Point.Sweep.Name} {where}: "
            + FormattableString.Invariant($"accuracy {point.Accuracy.Mean:0.0000}{spread}, {trials}");
    }
}
