namespace NGram.ML.Models.Tensors;

/// <summary>Values of one parameter, row-major; double holds float32 without loss.</summary>
/// <param name="Shape">Sizes of the dimensions.</param>
/// <param name="Values">Product(Shape) values.</param>
public sealed record ParameterTensor(long[] Shape, double[] Values);
