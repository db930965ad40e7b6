namespace NGram.ML.Models.Tensors;

/// <summary>Sizes of a tensor's dimensions.</summary>
internal static class TensorShape
{
    /// <summary>
    /// Number of values: the product of the sizes. A double, since a file may claim more than any integer holds.
    /// </summary>
    public static double Count(IEnumerable<long> shape) => shape.Aggregate(1.0, (product, size) => product * size);

    /// <summary>A shape as PyTorch writes it.</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
