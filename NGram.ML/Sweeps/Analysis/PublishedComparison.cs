using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>Compares a sweep's accuracies with published ones, point by point.</summary>
public sealed class PublishedComparison
{
    private const double MostRms = 0.015, MostDifference = 0.03, MostErrors = 3;
    private const string Pattern = "*.csv";

    private PublishedComparison(IReadOnlyList<ComparedTable> tables) => Tables = tables;

    /// <summary>The published tables that the sweep has a counterpart to.</summary>
    public IReadOnlyList<ComparedTable> Tables { get; }

    /// <summary>Whether there is a table, and every table is met.</summary>
    public bool IsMet => Tables.Count > 0 && Tables.All(table => table.IsMet);

    /// <summary>Compares a sweep with the tables of a folder.</summary>
    /// <param name="result">The sweep.</param>
    /// <param name="folder">Its CSV files have the columns acc, para, N, d, d_head and perhaps width.</param>
    /// <exception cref="InvalidDataException">A file is not such a table; the message names it.</exception>
    public static PublishedComparison Of(SweepResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        var own = AuthorsTable.Of(result.Points).ToDictionary(table => table.Name);
        return new(
        [
            .. Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal)
                .Where(file => own.ContainsKey(Path.GetFileNameWithoutExtension(file)))
                .Select(file => new ComparedTable(
                    Path.GetFileNameWithoutExtension(file),
                    Compare(file, own[Path.GetFileNameWithoutExtension(file)]))),
        ]);
    }

    /// <summary>
    /// A row for every published point: Table, Heads, EmbeddingDimension, HeadDimension, MlpWidth, Published, Accuracy,
    /// Difference, StandardErrors, Met.
    /// </summary>
    public DataFrame ToDataFrame()
    {
        var rows = Tables.SelectMany(table => table.Points.Select(point => (table.Name, Point: point))).ToList();
        DoubleDataFrameColumn Number(string name, Func<ComparedPoint, double?> value) =>
            new(name, rows.Select(row => value(row.Point)));
        return new DataFrame(
            new StringDataFrameColumn("Table", rows.Select(row => row.Name)),
            Number("Heads", point => point.Heads),
            Number("EmbeddingDimension", point => point.EmbeddingDimension),
            Number("HeadDimension", point => point.HeadDimension),
            Number("MlpWidth", point => point.MlpWidth),
            Number("Published", point => point.Published),
            Number("Accuracy", point => point.Accuracy),
            Number("Difference", point => point.Difference),
            Number("StandardErrors", point => point.StandardErrors),
            new StringDataFrameColumn("Met", rows.Select(row => row.Point.IsMet ? "true" : "false")));
    }

    /// <summary>Whether a difference is small, or within chance.</summary>
    internal static bool IsSmall(double difference, double? standardError) =>
        Math.Abs(difference) <= Math.Max(MostDifference, MostErrors * (standardError ?? 0));

    /// <summary>Whether the differences are small overall.</summary>
    internal static bool IsSmallTogether(double rms) => rms <= MostRms;

    private static List<ComparedPoint> Compare(string file, AuthorsTable own)
    {
        string[] lines = File.ReadAllLines(file);
        string[] columns = lines.Length > 0 ? lines[0].Split(',') : [];
        if (!AuthorsTable.Header.StartsWith(string.Join(',', columns), StringComparison.Ordinal) || columns.Length < 5)
            throw new InvalidDataException($"{file} is not a table of the authors: its columns must be {AuthorsTable.Header}.");
        List<ComparedPoint> points = [];
        foreach (var (number, line) in lines.Index().Skip(1).Where(line => line.Item.Length > 0))
        {
            double[] cells = Parse(line, FormattableString.Invariant($"{file}({number + 1})"), columns.Length);
            var row = own.Rows.FirstOrDefault(row => row.Key.AsSpan(0, cells.Length - 1).SequenceEqual(cells.AsSpan(1)));
            points.Add(new ComparedPoint(
                cells[1],
                cells[3],
                cells[4],
                cells.Length > 5 ? cells[5] : row?.Key[^1] ?? 0,
                cells[0],
                row?.Accuracy,
                // Both are means of equally many repetitions.
                row?.Result is { Accuracy.Sd: { } sd, Done.Count: var count } ? sd * Math.Sqrt(2.0 / count) : null));
        }
        return points;
    }

    private static double[] Parse(string line, string place, int columns)
    {
        try
        {
            double[] cells = [.. line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            return cells.Length == columns ? cells : throw new FormatException("it does not have a cell for each column");
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"{place} is not a row of numbers: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
