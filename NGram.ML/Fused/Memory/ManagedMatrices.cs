using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Memory;

/// <summary>
/// Owns the memory of predictions. It is managed, since nobody knows when the last prediction has been made: matrices live as
/// long as this object, and whoever computes with them keeps it alive.
/// </summary>
/// <param name="lanes">Width, in floats, of the kernels' vectors; rows are padded to whole ones.</param>
internal sealed unsafe class ManagedMatrices(int lanes) : MatrixAllocator(lanes)
{
    private const int CacheLine = 64;

    private readonly List<float[]> arrays = [];

    /// <inheritdoc/>
    public override Matrix AllocateForTraining(int rows, int columns, int lanes) => default;

    /// <inheritdoc/>
    protected override float* Allocate(long floats)
    {
        // Pinned arrays do not move.
        float[] array = GC.AllocateArray<float>(checked((int)(floats + CacheLine / sizeof(float))), pinned: true);
        arrays.Add(array);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (float*)((start + CacheLine - 1) / CacheLine * CacheLine);
    }
}
