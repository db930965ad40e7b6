namespace NGram.ML.Reports.Drawing;

/// <summary>A point of a chart.</summary>
/// <param name="X">Right.</param>
/// <param name="Y">Up, from 0 to 1.</param>
/// <param name="Low">The lower end of its error bar; null: none.</param>
/// <param name="High">The upper end.</param>
/// <param name="Hover">What hovering shows.</param>
internal sealed record ChartPoint(double X, double Y, double? Low, double? High, string Hover);
