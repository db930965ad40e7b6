using NGram.ML.Fused.Differentiation;

namespace NGram.ML.Fused;

/// <summary>The parameters of one layer.</summary>
/// <param name="Input">[attention input, (query, key, value) (block of heads, i, lane)].</param>
/// <param name="Output">
/// [attention output m, (block of heads, i, lane)]; transposed where outputs are in lanes.
/// </param>
/// <param name="MlpWeights">[in, out] of every hidden Linear and [out, in] of the last; empty without an MLP.</param>
/// <param name="MlpBiases">[1, width] of every hidden layer.</param>
internal sealed record TransformerLayerParameters(
    Variable Input, Variable Output, IReadOnlyList<Variable> MlpWeights, IReadOnlyList<Variable> MlpBiases);
