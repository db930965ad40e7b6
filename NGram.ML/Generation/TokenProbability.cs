namespace NGram.ML.Generation;

/// <summary>A token that may follow.</summary>
/// <param name="Token">0-based id.</param>
/// <param name="Value">What it stands for in the data: a number, or text as string.</param>
/// <param name="Probability">The model's.</param>
public readonly record struct TokenProbability(ushort Token, object Value, double Probability);
