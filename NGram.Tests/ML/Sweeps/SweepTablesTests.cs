using System.Globalization;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.Tests.Cli;
using Parquet;

namespace NGram.Tests.ML.Sweeps;

/// <summary>results and summary, as CSV and as Parquet.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class SweepTablesTests : IDisposable
{
    private static readonly string[] Asked =
        ["Seed", "Accuracy", "Divergence", "Bits", "BitsPerParameter", "Parameters", "Exposures", "Seconds"];

    // Two heads of dimension 1 fit into 2, three do not.
    private static readonly Sweep Small = Sweep.FromJson(
        """
        {
          "name": "small",
          "settings": {
            "VocabularySize": 6, "EmbeddingDimension": 2, "HeadDimension": 2, "BatchSize": 32, "Batches": 4, "Epochs": 2
          },
          "axes": {"Law": ["power", "zipf"], "SubHeads": [2, 3]},
          "repetitions": 2
        }
        """,
        "small");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Every_row_has_what_was_measured_or_the_reason_why_not()
    {
        var rows = Small.Run(folder["a"]).ToDataFrame();

        Assert.AreEqual(8, rows.Rows.Count);
        foreach (var row in rows.Rows)
        {
            bool isDone = (string)row["Status"] == "done";
            Assert.AreEqual((double)row["SubHeads"] == 2, isDone);
            Assert.AreEqual(isDone, (string)row["Reason"] == "");
            foreach (string column in Asked)
                Assert.AreEqual(isDone || column == "Seed", row[column] is not null, column);
        }
    }

    [TestMethod]
    [DataRow("results")]
    [DataRow("summary")]
    public async Task Parquet_has_the_columns_and_values_of_the_csv_file(string name)
    {
        Small.Run(folder["a"]);

        string[][] lines = [.. File.ReadLines(folder[$"a/{name}.csv"]).Select(line => line.Split(','))];
        await using var reader = await ParquetReader.CreateAsync(folder[$"a/{name}.parquet"]);
        Assert.AreSequenceEqual(lines[0], reader.Schema.GetDataFields().Select(field => field.Name));
        Assert.AreEqual(1, reader.RowGroupCount);
        using var group = reader.OpenRowGroupReader(0);
        foreach (var (i, field) in reader.Schema.GetDataFields().Index())
        {
            string?[] values;
            if (field.ClrType != typeof(int) && field.ClrType != typeof(double))
            {
                values = new string?[group.RowCount];
                await group.ReadAsync(field, values);
            }
            else if (field.ClrType == typeof(int))
            {
                int?[] numbers = new int?[group.RowCount];
                await group.ReadAsync<int>(field, numbers);
                values = [.. numbers.Select(number => number?.ToString(CultureInfo.InvariantCulture))];
            }
            else
            {
                double?[] numbers = new double?[group.RowCount];
                await group.ReadAsync<double>(field, numbers);
                values = [.. numbers.Select(number => number?.ToString(CultureInfo.InvariantCulture))];
            }
            // The CSV file has seventeen digits where fewer would do.
            var expected = lines.Skip(1).Select(line =>
                field.ClrType == typeof(double) && double.TryParse(line[i], CultureInfo.InvariantCulture, out double number)
                ? number.ToString(CultureInfo.InvariantCulture)
                : line[i]);
            Assert.AreSequenceEqual(expected, values.Select(value => value ?? ""), field.Name);
        }
    }
}
