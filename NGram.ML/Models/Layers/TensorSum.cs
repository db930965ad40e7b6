using TorchSharp;
using static TorchSharp.torch;

namespace NGram.ML.Models.Layers;

/// <summary>
/// Sums of tensors. TorchSharp's <c>+</c> passes a temporary <see cref="Scalar"/>, the 1 that the second is multiplied by:
/// nothing refers to it during the native call, so that the garbage collector may free it while libtorch reads it.
/// </summary>
internal static class TensorSum
{
    private static readonly Scalar One = 1;

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);
}
