using NGram.ML.Experiments;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The section of the page that says where each curve, and each bound, first reaches nearly full accuracy.</summary>
internal static class ThresholdSection
{
    /// <summary>Every curve and its bounds; empty if no curve reaches it.</summary>
    public static IReadOnlyList<Threshold> Of(Sweep sweep, IReadOnlyList<PointResult> points)
    {
        var curves = sweep.Leaves.SelectMany(leaf => SweepCurve.Of(leaf, points)).Where(curve => curve.Points.Count > 1).ToList();
        var all = curves.SelectMany(Of).ToList();
        return all.Exists(one => one.At is not null) ? all : [];
    }

    /// <summary>Writes the table, unless it is empty.</summary>
    public static void Write(IReadOnlyList<Threshold> thresholds, TextWriter writer)
    {
        if (thresholds.Count == 0)
            return;
        writer.WriteLine(FormattableString.Invariant($"""
            <section>
            <h2>Where nearly all is held</h2>
            <p class="note">The smallest value of the axis, among those tried, with an accuracy of at least {Threshold.Accuracy}:
            of the trials (the mean of the repetitions), and as the bounds whose conditions hold promise it.</p>
            <div class="scroll"><table>
            <thead><tr><th>Sweep</th><th>Series</th><th>Of</th><th class="number">From</th></tr></thead>
            <tbody>
            """));
        foreach (var one in thresholds)
        {
            string from = one.At is { } at
                ? $"{one.Axis} = {ChartTicks.Text(at)}"
                : $"not up to {one.Axis} = {ChartTicks.Text(one.Last)}";
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(one.Sweep)}</th><td>{Text(one.Series)}</td><td>{Text(one.What)}</td>"""
                + $"""<td class="number">{Text(from)}</td></tr>""");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static IEnumerable<Threshold> Of(SweepCurve curve)
    {
        bool isBuilt = curve.Points[0].Result.Done[0].Method == ExperimentSummary.Constructed;
        yield return Threshold.Of(
            curve,
            isBuilt ? "built, measured" : "trained, measured",
            [.. curve.Points.Select(point => (point.X, point.Result.Accuracy.Mean!.Value))]);
        foreach (var bound in BoundCurve.Of(curve).Where(bound => !bound.IsChance))
            yield return Threshold.Of(curve, bound.Title, bound.Points);
    }
}
