using System.Globalization;
using NGram.Data.Distributions;
using NGram.ML.Bounds;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;
using static NGram.ML.Reports.PageFrame;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>
/// The section of the page with every statement about one of a sweep's models: what is proved, and from which side.
/// </summary>
internal static class StatementSection
{
    private const string Start =
        """
        <div class="scroll"><table class="bounds">
        <thead><tr><th>Statement</th><th>Says</th><th>Counts</th><th class="number">Value</th>
        <th class="number">Bits a parameter</th><th>Holds here</th><th>Conditions</th><th>Source</th></tr></thead>
        <tbody>
        """;

    private const string End = "</tbody></table></div>";

    /// <summary>Writes the tables: what is exact and holds here, and the others, folded up.</summary>
    public static void Write(Sweep sweep, TextWriter writer)
    {
        if (Model(sweep) is not ({ } settings, { } distribution))
            return;
        var architecture = settings.ArchitectureOn(distribution);
        double? prompts = distribution.TryCountPrompts(architecture.PromptLength);
        string all = prompts is { } count ? FormattableString.Invariant($" T₀ = {count:#,0} prompts,") : "";
        var bounds = BoundSet.All(distribution, architecture)
            .ToLookup(bound => bound is { Exact: true, Holds: not false, IsOfOthers: false });
        writer.WriteLine(FormattableString.Invariant($"""
            <section>
            <h2>What is proved and measured elsewhere</h2>
            <p class="note">Of the model with the fewest heads to which Corollary 2 promises every prompt, or else that with the
            most heads: N = {architecture.VocabularySize},{all} d = {settings.Model.EmbeddingDimension},
            d_h = {settings.Model.HeadDimension}, H = {settings.Model.Heads}, P = {architecture.ParameterCount:N0} parameters.
            “Some model can”: weights of this size that do exist; “no model can do better”: none of this size does.
            ngram bounds prints the table of any model.</p>
            {Start}
            """));
        foreach (var bound in bounds[true])
            WriteRow(writer, bound, prompts);
        writer.WriteLine(End);
        writer.WriteLine(FormattableString.Invariant($"""
            <details>
            <summary>{bounds[false].Count()} more: what does not hold here, orders, and what is known of other models</summary>
            <p class="note">An order has no constants and so no value. It is about real-valued parameters: of b bits each, they
            hold no more than by counting, whatever the order.</p>
            {Start}
            """));
        foreach (var bound in bounds[false])
            WriteRow(writer, bound, prompts);
        writer.WriteLine($"{End}\n</details>\n</section>");
    }

    /// <summary>
    /// The model with the fewest heads, and the smallest precision, to which Corollary 2 promises every prompt; else
    /// that with the most heads. With it its law; null: it is not known.
    /// </summary>
    internal static (ExperimentSettings Model, INGramDistribution? Law) Model(Sweep sweep)
    {
        var models = sweep.Trials().Select(trial => trial.Settings).ToList();
        var largest = models.MaxBy(model => model.Model.Heads)!.Resolve();
        if (largest.OpenDistribution() is not { } law)
            return (largest, null);
        string lawOfLargest = LawOf(largest);
        var full = models
            .Select(model => model.Resolve())
            .Where(model => LawOf(model) == lawOfLargest)
            .Where(model => IsPromisedAll(BoundSetting.Of(model.ArchitectureOn(law)), law))
            .OrderBy(model => model.Model.Heads)
            .ThenBy(model => model.Model.Precision)
            .FirstOrDefault();
        return (full ?? largest, law);
    }

    private static string LawOf(ExperimentSettings model) => FormattableString.Invariant(
        $"{SettingsText.Json(model)["law"]?.ToJsonString()} {model.DistributionSeed} {model.DistributionFile}");

    private static bool IsPromisedAll(BoundSetting setting, INGramDistribution law) =>
        law.TryCountPrompts(setting.PromptLength) is { } prompts
        && Corollary2.Contexts(setting) >= prompts
        && setting.ViolationFor(prompts) is null;

    private static void WriteRow(TextWriter writer, Bound bound, double? prompts)
    {
        string holds = bound.Holds switch { true => "yes", false => "no", null => "unknown" };
        string violation = bound.Violation is { } text ? $"""<p class="violation">† {Text(text)}</p>""" : "";
        // No more are promised than there are.
        double share = bound.Prompts > prompts ? prompts!.Value / bound.Prompts.Value : 1;
        string everyOne = bound.Prompts >= prompts ? " (all)" : "";
        writer.WriteLine(
            $"""<tr><th scope="row">{Text(BoundCurve.TitleOf(bound))}<p class="note">{Text(bound.Statement)}</p></th>"""
            + $"<td>{BoundTable.Phrase(bound.Side)}</td>"
            + $"<td>{BoundTable.Word(bound.Counts)}</td>"
            + $"""<td class="number">{Number(bound.Count * share)}{everyOne}</td>"""
            + $"""<td class="number">{Number(bound.BitsPerParameter * share)}</td>"""
            + $"<td>{holds}</td><td>{Text(bound.Conditions)}{violation}</td><td>{Text(bound.Source)}</td></tr>");
    }

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "–";
}
