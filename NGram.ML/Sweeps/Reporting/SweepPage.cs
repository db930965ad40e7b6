using System.Globalization;
using NGram.ML.Experiments;
using NGram.ML.Reports;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The report of a sweep: one page, with no script and no network access.</summary>
internal static class SweepPage
{
    public static void Write(
        SweepResult result,
        IReadOnlyList<WorstCase> worst,
        IReadOnlyList<SweepFigure> figures,
        IReadOnlyList<FitRow> fits,
        TextWriter writer)
    {
        string title = SweepFigures.TitleOf(result.Sweep), name = result.Sweep.Name;
        PageFrame.Begin(writer, title, title == name ? "" : name, hasScript: false);
        PageFrame.Highlights(writer, Standing(result));
        var thresholds = ThresholdSection.Of(result.Sweep, result.Points);
        if (ThresholdSection.Answer(thresholds) is { } answer)
            writer.WriteLine($"<p><strong>{Text(answer)}</strong></p>");
        foreach (string paragraph in result.Sweep.About.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            writer.WriteLine($"<p>{Text(paragraph)}</p>");
        foreach (var figure in figures)
        {
            string caption = figure.Caption.Length > 0 && figure.Caption != result.Sweep.About
                ? Text(figure.Caption) + " "
                : "";
            string table = $"""<a href="{Text(SweepReport.TableOf(figure))}">CSV</a>""";
            writer.WriteLine($"""<figure class="chart">{figure.Svg}<figcaption>{caption}{table}</figcaption></figure>""");
        }
        SearchSection.Write(worst, result.Searches, writer);
        ThresholdSection.Write(thresholds, writer);
        if (result.Sweep.HasBounds)
            StatementSection.Write(result.Sweep, writer);
        WriteFits(fits, writer);
        WriteFailures(result, writer);
        writer.WriteLine("""
            <p class="note">Tables: <a href="results.csv">results.csv</a>, <a href="summary.csv">summary.csv</a>,
            <a href="fits.csv">fits.csv</a>. Run again from this folder:
            <code>ngram sweep run sweep.json --output again</code></p>
            """);
        writer.WriteLine("</main>\n</body>\n</html>");
    }

    private static IEnumerable<KeyValuePair<string, string>> Standing(SweepResult result)
    {
        foreach (var (status, count) in result.Counts.Where(count => count.Value > 0 || count.Key == TrialStatus.Done))
            yield return new(status.ToString(), count.ToString("N0", CultureInfo.InvariantCulture));
        var done = result.Records.Select(record => record.Summary).OfType<ExperimentSummary>().ToList();
        if (done.Max(summary => summary.Accuracy) is { } best)
            yield return new("Best accuracy", best.ToString("0.0000", CultureInfo.InvariantCulture));
        double seconds = done.Sum(summary => summary.Seconds);
        if (done.Count > 0)
            yield return new("Seconds of trials", seconds.ToString("N0", CultureInfo.InvariantCulture));
    }

    private static void WriteFits(IReadOnlyList<FitRow> fits, TextWriter writer)
    {
        var shown = fits.Where(fit => fit.IsPaper).ToList();
        if (shown.Count == 0)
            return;
        writer.WriteLine("""
            <section>
            <h2>Fits</h2>
            <p class="note">The paper's forms by least squares, with 95% bootstrap intervals over the repetitions; the best of the
            powers 1, 2 and 3 by AICc; of a plateau its mean with Student's interval. fits.csv has all of them.</p>
            <div class="scroll"><table>
            <thead><tr><th>Sweep</th><th>Series</th><th>Form</th><th class="number">Slope</th><th class="number">Intercept</th>
            <th class="number">R²</th><th class="number">Best power</th></tr></thead>
            <tbody>
            """);
        foreach (var fit in shown)
        {
            int? best = fits.FirstOrDefault(other => other.IsBest && other.Sweep == fit.Sweep && other.Series == fit.Series
                && other.Y == fit.Y && other.From == fit.From)?.Fit.Power;
            bool isPlateau = fit.Fit.Power == 0;
            string explained = isPlateau ? "–" : fit.Fit.R2.ToString("0.0000", CultureInfo.InvariantCulture);
            string form = isPlateau ? $"{fit.X}, plateau" : fit.Fit.Power == 1 ? fit.X : $"{fit.X}^{fit.Fit.Power}";
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(fit.Sweep)}</th><td>{Text(fit.Series)}</td><td>{fit.Y} against {Text(form)}</td>"""
                + $"""<td class="number">{(isPlateau ? "–" : Number(fit.Fit.Slope, fit.Slope))}</td>"""
                + $"""<td class="number">{Number(fit.Fit.Intercept, fit.Intercept)}</td>"""
                + $"""<td class="number">{explained}</td>"""
                + $"""<td class="number">{best?.ToString(CultureInfo.InvariantCulture) ?? "–"}</td></tr>""");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static void WriteFailures(SweepResult result, TextWriter writer)
    {
        var failed = result.Records.Where(record => record.Status == TrialStatus.Failed).ToList();
        if (failed.Count == 0)
            return;
        writer.WriteLine("<section>\n<h2>Failed trials</h2>\n<table><tbody>");
        foreach (var record in failed)
            writer.WriteLine($"""<tr><th scope="row">{record.Trial}</th><td>{Text(record.Reason ?? "")}</td></tr>""");
        writer.WriteLine("</tbody></table>\n</section>");
    }

    private static string Number(double value, (double Low, double High)? interval) =>
        value.ToString("G4", CultureInfo.InvariantCulture)
        + (interval is { } ends ? FormattableString.Invariant($" ({ends.Low:G4} to {ends.High:G4})") : "");
}
