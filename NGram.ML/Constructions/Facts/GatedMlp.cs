namespace NGram.ML.Constructions.Facts;

/// <summary>An MLP in which each number of the output has its own units.</summary>
/// <param name="Hidden">[units, d + 1]: weights, then the bias.</param>
/// <param name="Scales">[units]: the factor of a unit's output.</param>
/// <param name="Dimension">d.</param>
/// <param name="UnitsOfNumber">Number of consecutive units whose sum is one number of the output.</param>
/// <param name="Error">The largest deviation from a wanted output.</param>
internal sealed record GatedMlp(double[] Hidden, double[] Scales, int Dimension, int UnitsOfNumber, double Error);
