namespace NGram.ML.Sweeps.Analysis;

/// <summary>Where models of one kind, trained and built, and the theorem first reach nearly full accuracy.</summary>
/// <param name="Series">Which models: the other axes' values in words; empty if there are none.</param>
/// <param name="Sweep">The sweep without parts, of the trained ones where there are both.</param>
/// <param name="Axis">The axis.</param>
internal sealed record Threshold(string Series, string Sweep, string Axis)
{
    /// <summary>The accuracy that counts as full: the paper's curves bend below it, and none of its runs is above 1.</summary>
    public const double Accuracy = 0.99;

    /// <summary>Where trained models reach it; null: none were.</summary>
    public Reach? Trained { get; init; }

    /// <summary>Where built models reach it; null: none were.</summary>
    public Reach? Built { get; init; }

    /// <summary>The smallest value of the axis for which Corollary 2 promises it; null: none does.</summary>
    public double? Promised { get; init; }

    /// <summary>How many times the trained models' value the theorem asks for; null if one of the two is not known.</summary>
    public double? Ratio => Promised / Trained?.At;
}
