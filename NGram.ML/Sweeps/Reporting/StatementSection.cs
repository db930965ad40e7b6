using System.Globalization;
using NGram.ML.Bounds;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// The section of the page with every statement about the largest model of a sweep: what is proved, and from which side.
/// </summary>
internal static class StatementSection
{
    /// <summary>Writes the table.</summary>
    public static void Write(Sweep sweep, TextWriter writer)
    {
        var settings = sweep.Trials().MaxBy(trial => trial.Settings.Model.Heads)!.Settings;
        if (settings.Resolve() is var resolved && resolved.OpenDistribution() is not { } distribution)
            return;
        var architecture = resolved.ArchitectureOn(distribution);
        writer.WriteLine(FormattableString.Invariant($"""
            <section>
            <h2>What is proved and measured elsewhere</h2>
            <p class="note">Every statement for the largest model above: N = {architecture.VocabularySize},
            d = {settings.Model.EmbeddingDimension}, d_h = {settings.Model.HeadDimension}, H = {settings.Model.Heads},
            {architecture.ParameterCount:N0} parameters. From below: some weights of this size can; from above: none can. An order
            has no constants and so no value. ngram bounds prints the table of any model.</p>
            <div class="scroll"><table class="bounds">
            <thead><tr><th>Statement</th><th>Side</th><th>Counts</th><th class="number">Value</th>
            <th class="number">Bits a parameter</th><th>Holds here</th><th>Conditions</th><th>Source</th></tr></thead>
            <tbody>
            """));
        foreach (var bound in BoundSet.All(distribution, architecture))
        {
            string holds = bound.Holds switch { true => "yes", false => "no", null => "unknown" };
            string violation = bound.Violation is { } text ? $"""<p class="violation">† {Text(text)}</p>""" : "";
            writer.WriteLine(
                $"""<tr><th scope="row">{Text(bound.Title)}<p class="note">{Text(bound.Statement)}</p></th>"""
                + $"<td>{BoundTable.Word(bound.Side)}{(bound.Exact ? "" : ", not exact")}</td>"
                + $"<td>{BoundTable.Word(bound.Counts)}</td>"
                + $"""<td class="number">{Number(bound.Count)}</td>"""
                + $"""<td class="number">{Number(bound.BitsPerParameter)}</td>"""
                + $"<td>{holds}</td><td>{Text(bound.Conditions)}{violation}</td><td>{Text(bound.Source)}</td></tr>");
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "–";
}
