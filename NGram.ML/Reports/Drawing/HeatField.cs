namespace NGram.ML.Reports.Drawing;

/// <summary>A field of a phase diagram.</summary>
/// <param name="X">Its place across.</param>
/// <param name="Y">Its place upwards.</param>
/// <param name="Z">What its colour shows, from 0 to 1.</param>
/// <param name="Hover">What hovering shows.</param>
internal sealed record HeatField(double X, double Y, double Z, string Hover)
{
    /// <summary>What contours show, from 0 to 1; null: no contour touches it.</summary>
    public double? Level { get; init; }
}
