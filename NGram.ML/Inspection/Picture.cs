using Microsoft.Data.Analysis;

namespace NGram.ML.Inspection;

/// <summary>A picture in a report, with the numbers that it shows.</summary>
/// <param name="Name">The name of its files, without the extension.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Table">The numbers.</param>
internal sealed record Picture(string Name, string Svg, DataFrame Table);
