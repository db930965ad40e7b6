namespace NGram.ML.Fused.Memory;

/// <summary>Owns the native memory of a training: its matrices are freed together.</summary>
/// <param name="lanes">Width, in floats, of the kernels' vectors; rows are padded to whole ones.</param>
internal sealed unsafe class Workspace(int lanes) : MatrixAllocator(lanes), IDisposable
{
    private readonly List<NativeBuffer> buffers = [];

    /// <inheritdoc/>
    public override Matrix AllocateForTraining(int rows, int columns, int lanes) => Allocate(rows, columns, lanes);

    /// <summary>Frees every matrix; their views must not be used afterwards.</summary>
    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();
    }

    /// <inheritdoc/>
    protected override float* Allocate(long floats)
    {
        var buffer = new NativeBuffer(floats * sizeof(float));
        buffers.Add(buffer);
        return buffer.Floats;
    }
}
