using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Memory;

/// <summary>
/// Zeroed pages of native memory; freed by Dispose or, failing that, by the finalizer.
/// </summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    /// <param name="bytes">A multiple of <see cref="HugePages.Size"/>.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public NativeBuffer(long bytes) : base(0, ownsHandle: true)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, HugePages.Size);
        HugePages.Request(memory, (nuint)bytes);
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
