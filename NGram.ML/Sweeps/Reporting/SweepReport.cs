using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Analysis;
using NGram.Data.IO;
using NGram.ML.Interchange;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>The files derived from the trials of a folder: tables, fits, figures, report.</summary>
internal static class SweepReport
{
    private const string Csv = ".csv", Parquet = ".parquet";
    /// <summary>The file name of the page.</summary>
    public const string Page = RunFiles.Report;

    private const string Results = "results", Summary = "summary", Fits = "fits.csv";
    private const string Searches = "search.csv", Worst = "worst.csv";
    private const string Compared = "compare.csv", Status = "status.json";
    private const string Published = "published", Figures = "figures";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Reads the folder and writes its files, each atomically; one process at a time, so that the last one covers all trials.
    /// </summary>
    public static SweepResult Write(string folder)
    {
        // Named after the file written last.
        using var mine = OutputLock.Await(Path.Combine(folder, Status + ".lock"));
        var opened = SweepFolder.Read(folder);
        opened.Recover();
        opened.RecoverTables();
        var result = SweepResult.Of(opened);
        var fits = SweepFits.Of(result.Sweep, result.Points);
        var searches = result.Searches;
        var worst = result.WorstCases;
        List<SweepFigure> figures =
        [
            .. WorstFigure.Of(worst),
            .. result.Sweep.Leaves.Where(leaf => !WorstCase.HasLaws(leaf))
                .Select(leaf => SearchFigure.Of(leaf, searches))
                .OfType<SweepFigure>(),
            .. SweepFigures.Of(result.Sweep, result.Points, fits),
        ];

        WriteBoth(folder, Results, result.ToDataFrame());
        WriteBoth(folder, Summary, result.SummaryToDataFrame());
        WriteTable(folder, Fits, SweepFits.ToDataFrame(fits));
        if (searches.Count > 0)
            WriteTable(folder, Searches, SearchResult.ToDataFrame(searches));
        if (worst.Count > 0)
            WriteTable(folder, Worst, WorstCase.ToDataFrame(worst));
        foreach (var table in AuthorsTable.Of(result.Points))
            WriteText(folder, Path.Combine(Published, table.Name + ".csv"), table.ToCsv());
        foreach (var figure in figures)
        {
            WriteText(folder, Path.Combine(Figures, figure.Name + ".svg"), figure.Svg);
            WriteTable(folder, TableOf(figure), figure.Data);
        }
        var page = new StringWriter { NewLine = "\n" };
        SweepPage.Write(result, worst, figures, fits, page);
        WriteText(folder, Page, page.ToString());
        WriteText(
            folder,
            Status,
            JsonSerializer.Serialize(
                result.Counts.ToDictionary(count => count.Key.ToString().ToLowerInvariant(), count => count.Value),
                Indented) + "\n");
        return result;
    }

    /// <summary>The path of a figure's table within the folder, as a link has it.</summary>
    public static string TableOf(SweepFigure figure) => $"{Figures}/{figure.Name}{Csv}";

    /// <summary>Writes a comparison into the folder of its sweep.</summary>
    public static void Write(SweepResult result, PublishedComparison comparison)
    {
        WriteTable(result.Folder, Compared, comparison.ToDataFrame());
        foreach (var (name, svg) in CompareFigure.Of(comparison, SweepFigures.TitleOf(result.Sweep)))
            WriteText(result.Folder, Path.Combine(Figures, name + ".svg"), svg);
    }

    private static void WriteBoth(string folder, string name, DataFrame table)
    {
        WriteTable(folder, name + Csv, table);
        Write(folder, name + Parquet, stream => ParquetTable.Write(table, stream));
    }

    private static void WriteTable(string folder, string name, DataFrame table) =>
        Write(folder, name, stream => DataFrame.SaveCsv(table, stream, cultureInfo: CultureInfo.InvariantCulture));

    private static void WriteText(string folder, string name, string text) =>
        Write(folder, name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Write(string folder, string name, Action<Stream> write)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    }
}
