using NGram.Data.Checks;

namespace NGram.ML.Generation;

/// <summary>How the next tokens are chosen.</summary>
public sealed record GenerationOptions
{
    /// <summary>
    /// Tokens are drawn from softmax(logits / Temperature): 1 is the model's own law, 0 always its most probable token (the
    /// lowest on ties). A finite number from 0 on.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What is drawn is a function of the seed and the prompt alone, whichever rows stand beside it.</summary>
    public int Seed { get; init; } = 2222;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate() =>
        Require.That(
            double.IsFinite(Temperature) && Temperature >= 0,
            nameof(Temperature),
            Temperature,
            "a finite number from 0 on");
}
