using System.Globalization;
using NGram.ML.Bounds;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The section of the page that says where trained models, built ones and the theorem hold nearly all.</summary>
internal static class ThresholdSection
{
    private const string Heads = nameof(TransformerOptions.Heads);
    private const int MostHeads = 1 << 20;

    /// <summary>
    /// A row for each curve, trained and built models of one kind in one row; empty if no curve reaches it.
    /// </summary>
    public static IReadOnlyList<Threshold> Of(Sweep sweep, IReadOnlyList<PointResult> points)
    {
        var rows = new List<Threshold>();
        foreach (var curve in sweep.Leaves.SelectMany(leaf => SweepCurve.Of(leaf, points)).Where(curve => curve.Points.Count > 1))
        {
            var reach = Reach.Of([.. curve.Points.Select(point => (point.X, point.Result.Accuracy.Mean!.Value))]);
            bool isBuilt = curve.Points[0].Result.Done[0].Method == ExperimentSummary.Constructed;
            double? promised = Promised(curve);
            string name = SweepFigures.NameOf(curve.Sweep, sweep);
            int same = rows.FindIndex(row => row.Series == curve.Series && row.Axis == curve.X && row.Promised == promised
                && (isBuilt ? row.Built : row.Trained) is null);
            var row = same < 0 ? new Threshold(curve.Series, name, curve.X) { Promised = promised } : rows[same];
            row = isBuilt ? row with { Built = reach } : row with { Trained = reach, Sweep = name };
            if (same < 0)
                rows.Add(row);
            else
                rows[same] = row;
        }
        return rows.Exists(row => (row.Trained?.At ?? row.Built?.At) is not null) ? rows : [];
    }

    /// <summary>The first row that has all of it, in one sentence; null if there is none.</summary>
    public static string? Answer(IReadOnlyList<Threshold> rows) => rows
        .Where(row => row is { Trained.At: not null, Built.At: not null, Promised: not null })
        .Select(row => FormattableString.Invariant($"For an accuracy of {Threshold.Accuracy} the theorem asks for ")
            + $"{SweepFigures.Symbol(row.Axis)} = {Number(row.Promised)}; its weights, built, reach it at {Number(row.Built)}, "
            + $"trained models at {Number(row.Trained)}, the first tried that do.")
        .FirstOrDefault();

    /// <summary>Writes the table, unless it is empty.</summary>
    public static void Write(IReadOnlyList<Threshold> rows, TextWriter writer)
    {
        if (rows.Count == 0)
            return;
        string axis = string.Join(", ", rows.Select(row => SweepFigures.Symbol(row.Axis)).Distinct());
        writer.WriteLine(FormattableString.Invariant($"""
            <section>
            <h2>Where nearly all is held</h2>
            <p class="note">The smallest {Text(axis)} with an accuracy of at least {Threshold.Accuracy}. Trained and built: the
            smallest tried whose mean over the repetitions has it; &gt;: none up to there. Promised: the smallest of all at which
            Corollary 2's φ(K) has it.</p>
            <div class="scroll"><table>
            <thead><tr><th>Models</th><th class="number">Trained</th><th class="number">Built</th>
            <th class="number">Promised</th><th class="number">Promised / trained</th></tr></thead>
            <tbody>
            """));
        foreach (var row in rows)
        {
            string models = row.Series.Length > 0 ? $"{row.Sweep}, {SweepFigures.Words(row.Series)}" : row.Sweep;
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(models)}</th><td class="number">{Text(Number(row.Trained))}</td>"""
                + $"""<td class="number">{Text(Number(row.Built))}</td><td class="number">{Number(row.Promised)}</td>"""
                + $"""<td class="number">{row.Ratio?.ToString("0.#", CultureInfo.InvariantCulture) ?? "–"}</td></tr>""");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static string Number(Reach? reach) =>
        reach is { At: null } ? "> " + ChartTicks.Text(reach.Last) : Number(reach?.At);

    private static string Number(double? value) => value is { } known ? ChartTicks.Text(known) : "–";

    /// <summary>Where Corollary 2 promises it: of heads the fewest of all, of another axis the smallest tried.</summary>
    private static double? Promised(SweepCurve curve)
    {
        var point = curve.Points[0].Result.Point;
        if (!curve.X.Equals(Heads, StringComparison.OrdinalIgnoreCase) || point.Settings.DistributionFile is not null)
        {
            return BoundCurve.Of(curve).FirstOrDefault(bound => bound.Name == Corollary2.Name) is { } bound
                ? Reach.Of(bound.Points).At
                : null;
        }
        var settings = point.Settings.Resolve();
        if (settings.OpenDistribution() is not { } law)
            return null;
        var memorised = MemorisedAccuracy.Of(law, settings.ArchitectureOn(law).PromptLength);
        Bound With(int heads)
        {
            var axes = curve.Sweep.Axes.Select(axis => axis with
            {
                Values =
                [
                    axis.Setting == curve.X
                        ? heads.ToString(CultureInfo.InvariantCulture)
                        : point.Values[axis.Setting]?.ToJsonString() ?? "null",
                ],
            });
            var one = SweepPoints.First(curve.Sweep with { Axes = [.. axes] }).Settings.Resolve();
            return Corollary2.For(BoundSetting.Of(one.ArchitectureOn(law)) with { Memorised = memorised });
        }
        bool IsEnough(int heads) => With(heads).Value >= Threshold.Accuracy;
        int most = 1;
        while (most < MostHeads && !IsEnough(most))
            most *= 2;
        // More than half of it are needed.
        int least = most / 2;
        while (most - least > 1)
        {
            int middle = least + (most - least) / 2;
            (least, most) = IsEnough(middle) ? (least, middle) : (middle, most);
        }
        return With(most) is { Holds: true, Value: >= Threshold.Accuracy } ? most : null;
    }
}
