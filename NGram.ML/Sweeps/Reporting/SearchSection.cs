using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Tables;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// The sections of the page on searches and random laws: what holds for every law that was tried, and what each search tried.
/// </summary>
internal static class SearchSection
{
    /// <summary>Writes a table of each, unless there are none.</summary>
    public static void Write(IReadOnlyList<WorstCase> worst, IReadOnlyList<SearchResult> searches, TextWriter writer)
    {
        WriteWorst(worst, writer);
        WriteTried(searches, writer);
    }

    private static void WriteWorst(IReadOnlyList<WorstCase> rows, TextWriter writer)
    {
        if (rows.Count == 0)
            return;
        writer.WriteLine("""
            <section>
            <h2>The worst case</h2>
            <p class="note">Over the random laws, one a seed: of a search the value that every one of them reached, of a training
            the fewest facts. worst.csv has the same.</p>
            <div class="scroll"><table>
            <thead><tr><th>Sweep</th><th>Setting</th><th>Of</th><th class="number">Worst</th><th class="number">Mean</th>
            <th class="number">Best</th><th class="number">Tried</th></tr></thead>
            <tbody>
            """);
        foreach (var row in rows)
        {
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(row.Point.Sweep.Name)}</th><td>{Text(row.Point.Named(row.Names))}</td>"""
                + $"<td>{Text(row.Of)}</td>"
                + $"""<td class="number">{Number(row.Worst)}</td><td class="number">{Number(row.Mean)}</td>"""
                + $"""<td class="number">{Number(row.Best)}</td><td class="number">{row.Values.Count}</td></tr>""");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static void WriteTried(IReadOnlyList<SearchResult> rows, TextWriter writer)
    {
        if (rows.Count == 0)
            return;
        var searches = rows.Select(row => row.Point.Sweep).Distinct().Select(sweep => sweep.Search!).ToList();
        int most = searches.Max(search => search.Attempts);
        string attempts = most == 1 ? "" : FormattableString.Invariant($", each with {most} different initial weights");
        writer.WriteLine($"""
            <section>
            <h2>What the searches tried</h2>
            <p class="note">Bisection takes it that all values on one side of the result reach the target. A value has missed it
            only if every trial did, with each learning rate where several are listed{attempts}. Missed: the nearest value tried
            that did. search.csv has the same.</p>
            <div class="scroll"><table>
            <thead><tr><th>Sweep</th><th>Setting</th><th>Of</th><th class="number">Reached</th><th class="number">Missed</th>
            <th>Tried, in turn</th><th class="number">Trials</th></tr></thead>
            <tbody>
            """);
        foreach (var row in rows)
        {
            var search = row.Point.Sweep.Search!;
            var names = row.Point.Sweep.Axes.Select(axis => axis.Setting).Where(name =>
                !new[] { search.Axis, row.Point.Sweep.Best?.Axis }.Contains(name, StringComparer.OrdinalIgnoreCase));
            string repetition = row.Point.Sweep.Repetitions > 1 ? FormattableString.Invariant($" #{row.Repetition}") : "";
            string reached = row.Status == "unfinished" ? row.Status : Number(row.Value);
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(row.Point.Sweep.Name)}</th><td>{Text(row.Point.Named(names) + repetition)}</td>"""
                + $"""<td>{Text(search.Axis)}</td><td class="number">{reached}</td><td class="number">{Number(row.Missed)}</td>"""
                + $"""<td>{Text(row.TriedText)}</td><td class="number">{row.Trials}</td></tr>""");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static string Number(double? value) => value is { } known ? ChartTicks.Text(Math.Round(known, 1)) : "none";
}
