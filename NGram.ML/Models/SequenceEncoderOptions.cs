using NGram.Data.Checks;

namespace NGram.ML.Models;

/// <summary>
/// Architecture of a sequence encoder: one free embedding for every context, the best predictor of its dimension.
/// </summary>
public sealed record SequenceEncoderOptions
{
    /// <summary>d: dimension of the embeddings. At least 1.</summary>
    public int EmbeddingDimension { get; init; } = 10;

    /// <summary>Floating-point type.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate() =>
        Require.InRange(EmbeddingDimension, 1, TransformerOptions.LargestDimension, nameof(EmbeddingDimension));
}
