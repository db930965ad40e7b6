using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Fused;

/// <summary>Where element (row, column) of a PyTorch tensor is in a parameter's memory.</summary>
internal delegate nint ElementOffset(int row, int column);

/// <summary>One PyTorch tensor in a parameter.</summary>
/// <param name="Name">Its name in the state_dict.</param>
/// <param name="Variable">The parameter.</param>
/// <param name="Moments">Its moments.</param>
/// <param name="Offset">The element's place.</param>
internal sealed unsafe record TensorPlacement(string Name, Variable Variable, Moments Moments, ElementOffset Offset)
{
    /// <summary>Reads a tensor into the parameter's value or one of its moments.</summary>
    public void Load(ParameterTensor tensor, Matrix target)
    {
        int columns = Columns(tensor);
        for (int i = 0; i < tensor.Values.Length; i++)
            *At(target, i / columns, i % columns) = (float)tensor.Values[i];
    }

    /// <summary>A tensor, with the shape of the given one, from the parameter's value, gradient or one of its moments.</summary>
    public ParameterTensor Save(ParameterTensor like, Matrix source)
    {
        int columns = Columns(like);
        double[] values = new double[like.Values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = *At(source, i / columns, i % columns);
        return new ParameterTensor([.. like.Shape], values);
    }

    private static int Columns(ParameterTensor tensor) => checked((int)tensor.Shape[^1]);

    private float* At(Matrix matrix, int row, int column)
    {
        nint offset = Offset(row, column);
        Shape.Require(offset >= 0 && offset < (nint)matrix.Rows * matrix.Stride);
        return matrix.Data + offset;
    }
}
