using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.Data.Distributions;
using NGram.ML.Interchange;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Inspection;

/// <summary>
/// The folder of an inspection: report.html, prompts.csv, heads.csv, and figures/NAME.svg, each with its NAME.csv. A model that
/// is not a transformer has no heads.
/// </summary>
internal sealed class InspectionReport
{
    /// <summary>Number of heads with a card.</summary>
    public const int DefaultCards = 12;

    /// <summary>The file name of the page.</summary>
    public const string Page = RunFiles.Report;

    private const string Figures = "figures", Heads = "heads.csv";

    private readonly MemoryTrace trace;
    private readonly ModelInspection? glass;
    private readonly string subtitle;
    private readonly IReadOnlyList<Picture> held;
    private readonly IReadOnlyList<(HeadReport Head, IReadOnlyList<Picture> Pictures)> cards;

    private InspectionReport(MemoryTrace trace, ModelInspection? glass, Architecture architecture, int count)
    {
        (this.trace, this.glass) = (trace, glass);
        subtitle = FormattableString.Invariant(
            $"{architecture.VocabularySize} tokens, prompts of {architecture.PromptLength}, ")
            + FormattableString.Invariant($"{architecture.ParameterCount:N0} parameters");
        held = HeldPictures.Of(trace, architecture);
        cards = glass is null
            ? []
            :
            [
                .. glass.Heads.Index()
                    .OrderByDescending(head => head.Item.FailWithout)
                    .Take(count)
                    .Select(head => (head.Item, GlassPictures.Of(glass, head.Index))),
            ];
    }

    /// <summary>Measures a model.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="distribution">The law; its ids are the model's tokens.</param>
    /// <param name="run">
    /// The run folder, which may know when the prompts were learned; null, or another file, if there is none.
    /// </param>
    /// <param name="cards">Number of heads whose tables are written.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The law is for other tokens, or has too many prompts.</exception>
    public static InspectionReport Create(
        Architecture architecture,
        StateDict parameters,
        INGramDistribution distribution,
        string? run,
        int cards,
        CancellationToken cancellation)
    {
        var trace = new MemoryTrace(distribution, architecture);
        trace.Add(parameters);
        if (run is not null && File.Exists(Path.Combine(run, RunFiles.Prompts)))
            trace.Recall(Load(run, RunFiles.Memory), Load(run, RunFiles.Prompts));
        var glass = ModelInspection.TryCreate(architecture, parameters, distribution, cancellation);
        return new(trace, glass, architecture, cards);
    }

    /// <summary>Writes the folder.</summary>
    public void Write(string directory)
    {
        Save(directory, RunFiles.Prompts, trace.PromptsToDataFrame());
        if (glass is not null)
            Save(directory, Heads, glass.ToDataFrame());
        Directory.CreateDirectory(Path.Combine(directory, Figures));
        foreach (var picture in held.Concat(cards.SelectMany(card => card.Pictures)))
        {
            string path = Path.Combine(Figures, picture.Name);
            File.WriteAllText(Path.Combine(directory, path + ".svg"), picture.Svg);
            Save(directory, path + ".csv", picture.Table);
        }
        using var page = File.CreateText(Path.Combine(directory, Page));
        InspectionPage.Write(page, subtitle, Highlights(), held, glass, cards);
    }

    private List<KeyValuePair<string, string>> Highlights()
    {
        var now = trace.Prompts;
        string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        return
        [
            new("Facts", FormattableString.Invariant(
                $"{now.Count(prompt => prompt.IsMemorised):N0} of {now.Count:N0}")),
            new("Divergence", Number(now.Sum(prompt => prompt.Probability * prompt.Divergence), "F4")),
            new("Smallest margin", Number(now.Min(prompt => prompt.Margin), "F3")),
            new("Bits", Number(trace.Moments[^1].Bits, "N0")),
        ];
    }

    private static DataFrame Load(string run, string file) =>
        DataFrame.LoadCsv(Path.Combine(run, file), cultureInfo: CultureInfo.InvariantCulture, guessRows: 10_000);

    private static void Save(string directory, string file, DataFrame table) =>
        DataFrame.SaveCsv(table, Path.Combine(directory, file), cultureInfo: CultureInfo.InvariantCulture);
}
