namespace NGram.ML.Sweeps.Analysis;

/// <summary>A published accuracy and a sweep's.</summary>
/// <param name="Heads">The table's column para.</param>
/// <param name="EmbeddingDimension">d.</param>
/// <param name="HeadDimension">d_head.</param>
/// <param name="MlpWidth">The table's column width.</param>
/// <param name="Published">The published accuracy.</param>
/// <param name="Accuracy">The sweep's mean; null if no trial of the point is done.</param>
/// <param name="StandardError">
/// Standard error of the difference, if both are means of equally many repetitions; null for one repetition.
/// </param>
public sealed record ComparedPoint(
    double Heads,
    double EmbeddingDimension,
    double HeadDimension,
    double MlpWidth,
    double Published,
    double? Accuracy,
    double? StandardError)
{
    /// <summary>The sweep's accuracy minus the published one.</summary>
    public double? Difference => Accuracy - Published;

    /// <summary>The difference in units of its standard error.</summary>
    public double? StandardErrors => StandardError > 0 ? Difference / StandardError : null;

    /// <summary>Whether the difference is at most 0.03, or at most three standard errors.</summary>
    public bool IsMet => Difference is { } difference && PublishedComparison.IsSmall(difference, StandardError);
}
