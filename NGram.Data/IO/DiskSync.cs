using System.Runtime.InteropServices;

namespace NGram.Data.IO;

/// <summary>
/// Brings what was written to the disk, names included: a rename is lost in a power cut until its folder is synced.
/// </summary>
internal static partial class DiskSync
{
    /// <summary>Syncs a file, or a folder with all that is in it.</summary>
    public static void All(string path)
    {
        if (System.IO.File.Exists(path))
        {
            File(path);
            return;
        }
        foreach (string file in Directory.EnumerateFiles(path))
            File(file);
        foreach (string folder in Directory.EnumerateDirectories(path))
            All(folder);
        Folder(path);
    }

    /// <summary>Syncs the names in a folder; Windows does that itself.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(path, 0);
        if (descriptor < 0)
            throw Fault(path);
        int result = Sync(descriptor);
        int code = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        // EINVAL: a file system that has nothing to sync.
        if (result != 0 && code != InvalidArgument)
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(code)}.");
    }

    private const int InvalidArgument = 22;

    private static void File(string path)
    {
        using var handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    private static IOException Fault(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
