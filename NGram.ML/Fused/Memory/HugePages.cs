using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Memory;

/// <summary>
/// Pages of 2 MB, where Linux has them: a model then needs a few entries of the processor's table of addresses, not thousands.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>Bytes of a page.</summary>
    public const int Size = 2 << 20;

    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Asks for them in memory that has not been touched yet; without them, all works with small pages.</summary>
    public static void Request(void* memory, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = Advise(memory, bytes, Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
