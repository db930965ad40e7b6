using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps.Tables;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The section of the page that says what holds for every random law that was tried.</summary>
internal static class WorstSection
{
    /// <summary>Writes the table, unless there are no such laws.</summary>
    public static void Write(IReadOnlyList<WorstCase> rows, TextWriter writer)
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

    private static string Number(double? value) => value is { } known ? ChartTicks.Text(Math.Round(known, 1)) : "none";
}
