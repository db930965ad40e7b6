using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Memory;

/// <summary>
/// A zeroed block of native memory, aligned to a cache line; freed by Dispose or, failing that, by the finalizer.
/// </summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    private const nuint CacheLine = 64;

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public NativeBuffer(long bytes) : base(0, ownsHandle: true)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        NativeMemory.Clear(memory, (nuint)bytes);
        SetHandle((nint)memory);
    }

    public float* Floats => (float*)handle;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
