using NGram.Data.Checks;

namespace NGram.ML.Fused.Memory;

/// <summary>Where the matrices of a model come from: allocated once, when it is built.</summary>
/// <param name="lanes">Width, in floats, of the kernels' vectors; rows are padded to whole ones.</param>
internal abstract unsafe class MatrixAllocator(int lanes)
{
    /// <summary>Width, in floats, of the vectors that rows are padded to unless another is given.</summary>
    public int Lanes => lanes;

    /// <summary>A matrix of zeros [rows, columns].</summary>
    public Matrix Allocate(int rows, int columns) => Allocate(rows, columns, Lanes);

    /// <summary>The same with rows of whole vectors of another width.</summary>
    public Matrix Allocate(int rows, int columns, int lanes)
    {
        Require.AtLeast(rows, 1, nameof(rows));
        Require.AtLeast(columns, 1, nameof(columns));
        int stride = Matrix.Padded(columns, lanes);
        return new Matrix(Allocate((long)rows * stride), rows, columns, stride, lanes);
    }

    /// <summary>A matrix that only training needs, such as a gradient; empty where there is no training.</summary>
    public abstract Matrix AllocateForTraining(int rows, int columns, int lanes);

    /// <summary>A block of zeros, aligned to a cache line.</summary>
    protected abstract float* Allocate(long floats);
}
