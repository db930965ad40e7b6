namespace NGram.ML.Fused.Memory;

/// <summary>Owns the native memory of a training: its matrices are freed together.</summary>
/// <param name="lanes">Width, in floats, of the kernels' vectors; rows are padded to whole ones.</param>
internal sealed unsafe class Workspace(int lanes) : MatrixAllocator(lanes), IDisposable
{
    private const int FloatsOfLine = 16, FloatsOfPage = HugePages.Size / sizeof(float);

    private readonly List<NativeBuffer> buffers = [];

    // The rest of a buffer, for small matrices.
    private float* free;
    private long left;

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
        floats = RoundedUp(floats, FloatsOfLine);
        if (floats > left)
        {
            long pages = RoundedUp(floats, FloatsOfPage);
            var buffer = new NativeBuffer(pages * sizeof(float));
            buffers.Add(buffer);
            if (pages - floats <= left)
                return buffer.Floats;
            free = buffer.Floats;
            left = pages;
        }
        float* block = free;
        free += floats;
        left -= floats;
        return block;
    }

    private static long RoundedUp(long floats, int multiple) => (floats + multiple - 1) / multiple * multiple;
}
