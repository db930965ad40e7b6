using TorchSharp;
using static TorchSharp.torch;

namespace NGram.ML.Models.Layers;

/// <summary>
/// Sums of a tensor and another, or a number. TorchSharp's <c>+</c> passes a temporary <see cref="Scalar"/>, the 1 by which it
/// multiplies the second: nothing refers to it during the native call, so that the garbage collector may free it while libtorch
/// reads it.
/// </summary>
internal static class TensorSum
{
    private static readonly Scalar One = 1;

    /// <summary>left + right; the caller keeps the scalar.</summary>
    public static Tensor Plus(this Tensor left, Scalar right) => left.add(right, One);

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);
}
