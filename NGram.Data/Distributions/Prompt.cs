using System.Diagnostics.CodeAnalysis;

namespace NGram.Data.Distributions;

/// <summary>The tokens a model sees, with the probability of just these.</summary>
/// <param name="Tokens">0-based tokens, oldest first.</param>
/// <param name="Probability">Product of the probabilities of its tokens; above 0.</param>
[SuppressMessage("Performance", "CA1815", Justification = "A record struct has equality.")]
public readonly record struct Prompt(ushort[] Tokens, double Probability);
