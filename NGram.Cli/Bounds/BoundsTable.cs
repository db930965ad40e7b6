using System.Globalization;
using System.Text.Json.Nodes;
using NGram.ML.Bounds;
using NGram.ML.Reports;
using Spectre.Console;

namespace NGram.Cli.Bounds;

/// <summary>The bounds in the terminal, or as JSON.</summary>
internal static class BoundsTable
{
    /// <summary>Writes the table, those with a value by what they count.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<Bound> bounds)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string name in new[] { "name", "says", "counts", "value", "bits/parameter", "statement" })
        {
            table.AddColumn(
                new TableColumn(name)
                {
                    NoWrap = name != "statement",
                    Padding = new Padding(0, 0, 2, 0),
                    Alignment = name is "value" or "bits/parameter" ? Justify.Right : Justify.Left,
                });
        }

        foreach (var bound in bounds)
        {
            string[] cells =
            [
                BoundMark.Mark(bound.Name, bound.Holds), BoundTable.Phrase(bound.Side), Word(bound.Counts),
                Number(bound.Count), Number(bound.BitsPerParameter), bound.Statement,
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        console.Write(table);
        foreach (var bound in bounds.Where(bound => bound.Violation is not null))
            console.WriteLine($"† {bound.Name}: {bound.Violation}");
        console.WriteLine("Of models of this size. An order is up to constants and has no value.");
    }

    /// <summary>An object a bound, with the table's names in camel case; holds is null if it is unknown.</summary>
    public static JsonArray Json(IEnumerable<Bound> bounds) =>
        [
            .. bounds.Select(bound => new JsonObject
            {
                ["name"] = bound.Name,
                ["side"] = Word(bound.Side),
                ["exact"] = bound.Exact,
                ["counts"] = Word(bound.Counts),
                ["value"] = bound.Count,
                ["bitsPerParameter"] = bound.BitsPerParameter,
                ["holds"] = bound.Holds,
                ["conditions"] = bound.Conditions,
                ["source"] = bound.Source,
                ["title"] = bound.Title,
                ["statement"] = bound.Statement,
                ["violation"] = bound.Violation,
            }),
        ];

    private static string Word(Enum value) => BoundTable.Word(value);

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 1000 and var large => large.ToString("N0", CultureInfo.InvariantCulture),
        var small => small.Value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}
