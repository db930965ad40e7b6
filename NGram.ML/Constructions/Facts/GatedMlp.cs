namespace NGram.ML.Constructions.Facts;

/// <summary>An MLP of which each number of the output has units of its own.</summary>
/// <param name="Hidden">[units, d + 1]: weights, then the bias.</param>
/// <param name="Scales">[units]: what a unit's output is multiplied by.</param>
/// <param name="Dimension">d.</param>
/// <param name="UnitsOfNumber">Consecutive units that one number of the output is the sum of.</param>
/// <param name="Error">The largest distance of a wanted output.</param>
internal sealed record GatedMlp(double[] Hidden, double[] Scales, int Dimension, int UnitsOfNumber, double Error);
