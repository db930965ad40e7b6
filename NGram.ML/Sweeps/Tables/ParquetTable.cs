using Microsoft.Data.Analysis;
using Parquet;
using Parquet.Schema;

namespace NGram.ML.Sweeps.Tables;

/// <summary>Tables as Parquet, with the same column names and types, and null if the CSV file has an empty cell.</summary>
internal static class ParquetTable
{
    /// <summary>Writes a table as one row group.</summary>
    /// <exception cref="NotSupportedException">A column holds neither numbers nor text.</exception>
    public static void Write(DataFrame table, Stream stream) =>
        WriteAsync(table, stream).GetAwaiter().GetResult();

    private static async Task WriteAsync(DataFrame table, Stream stream)
    {
        var fields = table.Columns.Select(column => new DataField(column.Name, column.DataType, isNullable: true)).ToArray();
        var writer = await ParquetWriter.CreateAsync(new(fields), stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using var rows = writer.CreateRowGroup();
            foreach (var (column, field) in table.Columns.Zip(fields))
            {
                await (column switch
                {
                    PrimitiveDataFrameColumn<double> numbers => rows.WriteAsync<double>(field, numbers.ToArray()),
                    PrimitiveDataFrameColumn<int> numbers => rows.WriteAsync<int>(field, numbers.ToArray()),
                    StringDataFrameColumn texts => rows.WriteAsync(field, [.. texts]),
                    _ => throw new NotSupportedException($"The column {column.Name} has neither numbers nor texts."),
                }).ConfigureAwait(false);
            }
        }
    }
}
