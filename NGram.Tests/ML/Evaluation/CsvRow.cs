using System.Globalization;
using CsvHelper;

namespace NGram.Tests.ML.Evaluation;

/// <summary>A line of a CSV file by the names of its columns.</summary>
internal sealed record CsvRow(IReadOnlyDictionary<string, string> Cells)
{
    public string this[string column] => Cells[column];

    public double Number(string column) => double.Parse(Cells[column], CultureInfo.InvariantCulture);

    public static List<CsvRow> Read(string path)
    {
        using var reader = new StreamReader(path);
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        List<CsvRow> rows = [];
        while (csv.Read())
            rows.Add(new(csv.HeaderRecord!.ToDictionary(name => name, name => csv.GetField(name)!)));
        return rows;
    }
}
