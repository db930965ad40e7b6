using NGram.Data.Checks;

namespace NGram.ML.Fused.Memory;

/// <summary>Owns the native memory of a model: matrices are allocated once, when it is built, and freed together.</summary>
/// <param name="lanes">Floats of the vectors that the kernels compute with; rows are padded to whole ones.</param>
internal sealed unsafe class Workspace(int lanes) : IDisposable
{
    private readonly List<NativeBuffer> buffers = [];

    /// <summary>A matrix of zeros [rows, columns].</summary>
    public Matrix Allocate(int rows, int columns)
    {
        Require.AtLeast(rows, 1, nameof(rows));
        Require.AtLeast(columns, 1, nameof(columns));
        int stride = Matrix.Padded(columns, lanes);
        var buffer = new NativeBuffer((long)rows * stride * sizeof(float));
        buffers.Add(buffer);
        return new Matrix(buffer.Floats, rows, columns, stride, lanes);
    }

    /// <summary>Frees every matrix; views of them must not be used any more.</summary>
    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();
    }
}
