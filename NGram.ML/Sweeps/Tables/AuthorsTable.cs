using System.Globalization;

namespace NGram.ML.Sweeps.Tables;

/// <summary>A table in the authors' layout: columns acc, para, N, d, d_head, width.</summary>
/// <param name="Name">Its file name without the extension.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record AuthorsTable(string Name, IReadOnlyList<AuthorsTable.Row> Rows)
{
    /// <summary>The first line.</summary>
    public const string Header = "acc,para,N,d,d_head,width";

    /// <summary>A point.</summary>
    /// <param name="Accuracy">Mean over its trials; null if none is done.</param>
    /// <param name="Key">para, N, d, d_head, width.</param>
    /// <param name="Result">What the sweep has of it.</param>
    public sealed record Row(double? Accuracy, double[] Key, PointResult Result);

    /// <summary>The tables that a sweep's points fill.</summary>
    public static IReadOnlyList<AuthorsTable> Of(IReadOnlyList<PointResult> points) =>
    [
        .. points.Where(point => point.Point.Sweep.Table is not null)
            .GroupBy(point => point.Point.Sweep.Table!.NameOf(point.Point))
            .Select(table => new AuthorsTable(table.Key, [.. table.Select(RowOf)])),
    ];

    /// <summary>The file, without rows that have no trials.</summary>
    public string ToCsv() => string.Concat(
        Rows.Where(row => row.Accuracy is not null)
            .Select(row => string.Join(',', row.Key.Prepend(row.Accuracy!.Value).Select(Text)) + "\n")
            .Prepend(Header + "\n"));

    private static Row RowOf(PointResult result) =>
        new(result.Accuracy.Mean, result.Point.Sweep.Table!.KeyOf(result.Point), result);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
