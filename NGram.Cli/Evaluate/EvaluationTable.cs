using System.Globalization;
using System.Text.Json.Nodes;
using NGram.ML.Bounds;
using NGram.ML.Evaluation;
using NGram.ML.Reports;
using Spectre.Console;

namespace NGram.Cli.Evaluate;

/// <summary>The metrics of many pairs: a table of them and one of the bounds on each model, or JSON.</summary>
internal static class EvaluationTable
{
    /// <summary>Writes the tables.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<NextTokenMetrics> metrics)
    {
        bool isExact = metrics.Any(pair => pair.IsExact);
        var table = Create([
            "model",
            "data",
            "rows",
            "cross entropy",
            "perplexity",
            "divergence",
            "accuracy",
            TopName(metrics[0]),
            "best accuracy",
            .. isExact ? (string[])["memorised", "their probability"] : [],
        ]);
        foreach (var pair in metrics)
        {
            AddRow(
                table,
                [pair.Model, pair.Data, pair.Rows.ToString(CultureInfo.InvariantCulture)],
                [pair.CrossEntropy, pair.Perplexity, pair.Divergence, pair.Accuracy, pair.TopKAccuracy, pair.BestAccuracy],
                isExact
                    ? [pair.MemorisedPrompts?.ToString(CultureInfo.InvariantCulture) ?? "-", Text(pair.MemorisedProbability)]
                    : []);
        }

        console.Write(table);

        string[] names = metrics.SelectMany(pair => pair.Bounds).Select(bound => bound.Name).Distinct().ToArray();
        if (names.Length == 0)
            return;
        console.WriteLine();
        var bounds = Create(["model", .. names]);
        foreach (var pair in metrics.DistinctBy(pair => pair.Model))
        {
            bounds.AddRow(
                [
                    new Text(pair.Model),
                    .. names.Select(name => new Text(Marked(pair.Bounds.FirstOrDefault(bound => bound.Name == name)))),
                ]);
        }

        console.Write(bounds);
        if (metrics.Any(pair => pair.Bounds.Any(bound => bound is { Value: not null, Holds: false })))
            console.WriteLine(BoundMark.Note);
    }

    /// <summary>An object for each pair, with the summary's names.</summary>
    public static JsonArray Json(IEnumerable<NextTokenMetrics> metrics) =>
        [
            .. metrics.Select(pair => new JsonObject
            {
                ["model"] = pair.Model,
                ["data"] = pair.Data,
                ["rows"] = pair.Rows,
                ["crossEntropy"] = Number(pair.CrossEntropy),
                ["perplexity"] = Number(pair.Perplexity),
                ["divergence"] = Number(pair.Divergence),
                ["accuracy"] = Number(pair.Accuracy),
                [string.Create(CultureInfo.InvariantCulture, $"top{pair.TopK}Accuracy")] = Number(pair.TopKAccuracy),
                ["bestAccuracy"] = Number(pair.BestAccuracy),
                ["memorisedPrompts"] = pair.MemorisedPrompts,
                ["memorisedProbability"] = Number(pair.MemorisedProbability),
                ["exactDivergence"] = pair.IsExact ? Number(pair.Divergence) : null,
                ["exactAccuracy"] = pair.IsExact ? Number(pair.Accuracy) : null,
                ["bits"] = Number(pair.Bits),
                ["bitsPerParameter"] = Number(pair.BitsPerParameter),
                ["facts"] = pair.MemorisedPrompts,
                ["smallestMargin"] = Number(pair.SmallestMargin),
                ["exposures"] = Number(pair.Exposures),
                ["coverage"] = Number(pair.Coverage),
                ["predictions"] = pair.Predictions,
                ["bounds"] = new JsonObject(
                    pair.Bounds.Where(bound => bound.Value is not null)
                        .Select(bound => KeyValuePair.Create(bound.Name, (JsonNode?)Number(bound.Value)))),
                ["boundsHold"] = new JsonObject(
                    pair.Bounds.Select(bound => KeyValuePair.Create(bound.Name, (JsonNode?)JsonValue.Create(bound.Holds)))),
            }),
        ];

    private static string TopName(NextTokenMetrics metrics) => string.Create(CultureInfo.InvariantCulture, $"top-{metrics.TopK}");

    private static Table Create(params string[] names)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string name in names)
        {
            table.AddColumn(
                new TableColumn(name)
                {
                    Padding = new Padding(0, 0, 2, 0),
                    Alignment = name is "model" or "data" ? Justify.Left : Justify.Right,
                });
        }

        return table;
    }

    private static void AddRow(Table table, string[] texts, double?[] values, params string[] last) =>
        table.AddRow([.. texts.Concat(values.Select(Text)).Concat(last).Select(text => new Text(text))]);

    private static string Text(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    private static string Marked(Bound? bound) =>
        bound?.Value is null ? Text(null) : BoundMark.Mark(Text(bound.Value), bound.Holds);

    // JSON has no number for an infinity: it is the text that stands in the CSV.
    private static JsonValue? Number(double? value) =>
        value is not { } number ? null
        : double.IsFinite(number) ? JsonValue.Create(number)
        : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));
}
