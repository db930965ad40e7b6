using Microsoft.Data.Analysis;

namespace NGram.ML.Inspection;

/// <summary>A picture of a report, with the numbers that it shows.</summary>
/// <param name="Name">Of its files, without an ending.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Table">The numbers.</param>
internal sealed record Picture(string Name, string Svg, DataFrame Table);
