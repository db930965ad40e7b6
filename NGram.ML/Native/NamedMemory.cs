using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NGram.ML.Native;

/// <summary>
/// A file for libraries that read files by their names. On Linux it is in memory (memfd), so that it needs no folder and a
/// process that is killed leaves nothing; elsewhere it is in a temporary folder, which goes when it is disposed.
/// </summary>
internal sealed partial class NamedMemory : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly DirectoryInfo? folder;

    /// <param name="name">Its name, for debuggers.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">There is no place for it.</exception>
    public NamedMemory(string name, Action<Stream> write)
    {
        if (!OperatingSystem.IsLinux())
        {
            folder = Directory.CreateTempSubdirectory("ngram-");
            Path = System.IO.Path.Combine(folder.FullName, name);
            using var file = File.Create(Path);
            write(file);
            return;
        }
        handle = new SafeFileHandle(Create(name, 0), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"no file in memory can be made: {Marshal.GetLastPInvokeErrorMessage()}");
        Path = FormattableString.Invariant($"/proc/self/fd/{handle.DangerousGetHandle()}");
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Write);
        write(stream);
    }

    /// <summary>The name to open, until this is disposed.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle?.Dispose();
        folder?.Delete(recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Create(string name, uint flags);
}
