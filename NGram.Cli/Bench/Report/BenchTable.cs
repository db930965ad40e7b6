using System.Text;
using Spectre.Console;

namespace NGram.Cli.Bench.Report;

/// <summary>A table of results, for a terminal and for a page; the first column is text, the others are numbers.</summary>
internal sealed record BenchTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Writes it on a console.</summary>
    public void Write(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.None, Title = null };
        for (int i = 0; i < Columns.Count; i++)
        {
            table.AddColumn(
                new TableColumn(new Text(Columns[i]))
                {
                    NoWrap = i == 0,
                    Alignment = i == 0 ? Justify.Left : Justify.Right,
                    Padding = new Padding(0, 0, 2, 0),
                });
        }

        foreach (var row in Rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        console.WriteLine(Title, new Style(decoration: Decoration.Bold));
        console.Write(table);
        console.WriteLine();
    }

    /// <summary>The table as Markdown under a heading.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder($"## {Title}\n\n");
        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Line(Columns);
        Line(Columns.Select((_, i) => i == 0 ? "---" : "---:"));
        foreach (var row in Rows)
            Line(row);
        return text.ToString();
    }
}
