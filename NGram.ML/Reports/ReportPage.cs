using System.Globalization;
using NGram.ML.Bounds;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Reports;

/// <summary>Writes a run's report as HTML; style sheet, script and plotly.js are inlined.</summary>
internal static class ReportPage
{
    private const int Highlights = 4;

    public static void Write(RunReport report, TextWriter writer)
    {
        PageFrame.Begin(writer, report.Title, report.Subtitle, hasScript: true);
        PageFrame.Highlights(writer, report.Results.Take(Highlights));
        if (report.Warning is { } warning)
            writer.WriteLine($"""<p class="warning">{Text(warning)}</p>""");
        WriteCharts(report, writer);
        foreach (string picture in report.Pictures)
            writer.WriteLine($"""<figure class="chart">{picture}</figure>""");
        WriteBounds(report.Bounds, writer);
        writer.WriteLine("""<div class="columns">""");
        WriteTable("Results", report.Results, writer);
        WriteTable("Model", report.Model, writer);
        WriteTable("Settings", report.Settings, writer);
        writer.WriteLine("</div>\n</main>");
        if (report.Charts.Count > 0)
        {
            WriteElement("script", "plotly.min.js", writer);
            WriteElement("script", "report.js", writer);
        }
        writer.WriteLine("</body>\n</html>");
    }

    private static void WriteCharts(RunReport report, TextWriter writer)
    {
        foreach (var chart in report.Charts)
        {
            // The default encoder escapes <, > and &, so that no name can end the script.
            writer.WriteLine($"""
                <figure class="chart"><div class="plot"></div>
                <script type="application/json">{ChartMarkup.ToJson(chart).ToJsonString()}</script>
                </figure>
                """);
        }
        if (report.Charts.Count > 0)
            writer.WriteLine("<noscript><p>The charts need JavaScript.</p></noscript>");
        if (report.Bounds.Any(bound => bound is { Value: not null, Holds: false }))
            writer.WriteLine("""<p class="note">† Shown beyond the conditions of its statement: see the table.</p>""");
    }

    private static void WriteBounds(IReadOnlyList<Bound> bounds, TextWriter writer)
    {
        if (bounds.Count == 0)
            return;
        writer.WriteLine("""
            <section>
            <h2>Bounds and baselines</h2>
            <p class="note">φ(K) is the expected accuracy when the K most probable prompts are answered right and the
            rest is guessed; for T₀ equally probable prompts with one possible next token each,
            φ(K) = 1/N + (1 − 1/N) min(K, T₀)/T₀. N is the vocabulary size, S the prompt length,
            d the embedding dimension, H the number of heads, d_h their dimension.</p>
            <div class="scroll"><table class="bounds">
            <thead><tr><th>Name</th><th class="number">Value</th><th>Statement</th><th>Conditions</th><th>Source</th></tr></thead>
            <tbody>
            """);
        foreach (var bound in bounds)
        {
            string title = Text(BoundMark.Mark(bound.Title, bound.Holds));
            string violation = bound.Violation is { } text ? $"""<p class="violation">† {Text(text)}</p>""" : "";
            writer.WriteLine(
                $"""<tr><th scope="row">{title}</th><td class="number">{Number(bound.Value)}</td>"""
                    + $"<td>{Text(bound.Statement)}</td><td>{Text(bound.Conditions)}{violation}</td>"
                    + $"<td>{Text(bound.Source)}</td></tr>");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static void WriteTable(string heading, IReadOnlyList<KeyValuePair<string, string>> rows, TextWriter writer)
    {
        if (rows.Count == 0)
            return;
        writer.WriteLine($"<section>\n<h2>{Text(heading)}</h2>\n<table><tbody>");
        foreach (var (name, value) in rows)
            writer.WriteLine($"""<tr><th scope="row">{Text(name)}</th><td>{Text(value)}</td></tr>""");
        writer.WriteLine("</tbody></table>\n</section>");
    }

    private static string Number(double? value) =>
        value?.ToString("G5", CultureInfo.InvariantCulture) ?? """<span title="unknown here">–</span>""";

    private static void WriteElement(string element, string resource, TextWriter writer)
    {
        writer.WriteLine($"<{element}>");
        // plotly.js names its home page; with escaped slashes, the same to JavaScript, no scanner takes it for a request.
        writer.Write(Resource(resource).Replace("=\"https://", "=\"https:\\/\\/", StringComparison.Ordinal));
        writer.WriteLine($"</{element}>");
    }
}
