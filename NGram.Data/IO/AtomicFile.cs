using System.Diagnostics;

namespace NGram.Data.IO;

/// <summary>Files that exist whole or not at all.</summary>
internal static class AtomicFile
{
    private const string PartialExtension = ".partial";

    // Holding lasts microseconds; a writer stopped in them by a debugger or Ctrl-Z holds for longer.
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Writes a file as NAME.partial beside its place, brings it to the disk and moves it there: a reader, or a process killed
    /// half-way, never sees a part of it. An existing file is replaced; what a killed process left is written over.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its whole content; when it throws, nothing is left behind.</param>
    /// <param name="replaces">Whether a file that is there is replaced; otherwise it is kept, and an error.</param>
    /// <exception cref="IOException">
    /// It cannot be written, or another process is writing it; the message names the file.
    /// </exception>
    public static void Write(string path, Action<Stream> write, bool replaces = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string partial = target + PartialExtension;
        using var stream = Open(target, partial);
        try
        {
            stream.SetLength(0);
            // Not disposed: after a fault what it holds has no place to go.
            var buffer = new BufferedStream(stream, 1 << 16);
            write(buffer);
            buffer.Flush();
            stream.Flush(flushToDisk: true);
            // Moved while it is open: between closing and moving, another process could take it for a dead one's.
            if (OperatingSystem.IsWindows())
                stream.Dispose();
            File.Move(partial, target, replaces);
            // At once, since whoever reads it now has to wait.
            stream.Dispose();
            DiskSync.Folder(Path.GetDirectoryName(target)!);
        }
        catch (Exception exception)
        {
            if (OperatingSystem.IsWindows())
                stream.Dispose();
            File.Delete(partial);
            if (WriteFault.Renamed(exception, partial, target) is { } named)
                throw named;
            throw;
        }
    }

    /// <summary>Reads a file as <see cref="OpenRead"/> opens it.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public static byte[] Read(string path)
    {
        using var stream = OpenRead(path);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Opens a file that <see cref="Write"/> may just have moved into place: its content is whole by then, though the writer
    /// still holds it for a moment (and with it a process that the writer starts in that moment).
    /// </summary>
    /// <exception cref="IOException">It is not there, or cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        for (var began = Stopwatch.StartNew(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException exception) when (OutputLock.IsHeld(exception) && began.Elapsed < ReadPatience)
            {
                Thread.Sleep(1);
            }
        }
    }

    private static FileStream Open(string target, string partial)
    {
        try
        {
            return new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (Exception exception) when (WriteFault.Renamed(exception, partial, target) is { } named)
        {
            throw named;
        }
    }
}
