using System.Globalization;
using NGram.Data.Corpora;
using Spectre.Console;

namespace NGram.Cli.Corpora;

/// <summary>A corpus's figures as a table of two columns.</summary>
internal static class CorpusTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, CorpusReport report)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("name") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(new TableColumn("value") { NoWrap = true, Alignment = Justify.Right });
        void Add(string name, double? value, string format) =>
            table.AddRow(new Text(name), new Text(value?.ToString(format, CultureInfo.InvariantCulture) ?? "-"));

        Add("tokens", report.Tokens, "N0");
        Add("different tokens", report.Types, "N0");
        Add("vocabulary size", report.VocabularySize, "N0");
        Add("coverage", report.Coverage, "0.0000");
        for (int length = 2; length <= report.Order; length++)
            Add(string.Create(CultureInfo.InvariantCulture, $"different {length}-grams"), report.Sequences[length - 1], "N0");
        Add("entropy (nats)", report.Entropy, "0.0000");
        Add("uniform divergence", report.UniformDivergence, "0.0000");
        Add("best accuracy", report.BestAccuracy, "0.0000");
        Add("T0 (contexts)", report.Prompts, "N0");
        Add(string.Create(CultureInfo.InvariantCulture, $"T_eps (contexts, eps {report.Epsilon})"), report.PromptsForMass, "N0");
        console.Write(table);
    }
}
