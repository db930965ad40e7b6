using System.Globalization;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Inspection;

/// <summary>The page of an inspection: it needs no script and no network, and every picture names its table.</summary>
internal static class InspectionPage
{
    public static void Write(
        TextWriter writer,
        string subtitle,
        IReadOnlyList<KeyValuePair<string, string>> highlights,
        IReadOnlyList<Picture> held,
        ModelInspection? glass,
        IReadOnlyList<(HeadReport Head, IReadOnlyList<Picture> Pictures)> cards)
    {
        Begin(writer, "A model under the microscope", subtitle, hasScript: false);
        Highlights(writer, highlights);
        writer.WriteLine("<section>\n<h2>What is held, and when</h2>");
        foreach (var picture in held)
            Write(writer, picture);
        writer.WriteLine("</section>");
        if (glass is not null)
            WriteHeads(writer, glass);
        foreach (var (head, pictures) in cards)
        {
            writer.WriteLine(FormattableString.Invariant(
                $"<section>\n<h2>Head {head.Place}: {head.FailWithout:N0} prompts fail without it</h2>"));
            foreach (var picture in pictures)
                Write(writer, picture);
            writer.WriteLine("</section>");
        }
        writer.WriteLine("</main>\n</body>\n</html>");
    }

    private static void WriteHeads(TextWriter writer, ModelInspection glass)
    {
        writer.WriteLine("""
            <section>
            <h2>Heads</h2>
            <p class="note">A head is layer.module.head, counted from 0. Its share is what it adds to the logit of the law's most
            probable token, less the mean of all logits, in the mean over the prompts; shares sum to 1. A prompt fails without a
            head if it is held with it and not when what the head writes is zero.</p>
            <div class="scroll"><table>
            <thead><tr><th>Head</th><th class="number">Share of the logit</th><th class="number">Prompts that fail without it</th>
            <th class="number">Facts without it</th><th class="number">Attention to the first token</th></tr></thead>
            <tbody>
            """);
        Row(writer, "Embedding", glass.EmbeddingShare);
        if (glass.MlpShare != 0)
            Row(writer, "MLPs", glass.MlpShare);
        foreach (var head in glass.Heads)
        {
            writer.WriteLine(FormattableString.Invariant(
                $"""<tr><th scope="row">{head.Place}</th><td class="number">{head.LogitShare:F4}</td>""")
                + FormattableString.Invariant($"""<td class="number">{head.FailWithout:N0}</td>""")
                + FormattableString.Invariant($"""<td class="number">{head.FactsWithout:N0}</td>""")
                + FormattableString.Invariant($"""<td class="number">{head.AttentionToFirst:F4}</td></tr>"""));
        }
        writer.WriteLine("</tbody></table></div>\n</section>");
    }

    private static void Row(TextWriter writer, string name, double share) => writer.WriteLine(
        $"""<tr><th scope="row">{name}</th><td class="number">{share.ToString("F4", CultureInfo.InvariantCulture)}</td>"""
        + "<td></td><td></td><td></td></tr>");

    private static void Write(TextWriter writer, Picture picture) => writer.WriteLine(
        $"""
        <figure class="chart">{picture.Svg}
        <figcaption class="note">{Text($"figures/{picture.Name}.csv")}</figcaption></figure>
        """);
}
