namespace NGram.Data.Files;

/// <summary>Files that exist whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file under a temporary name in the same folder, flushes it to disk and moves it into place: a reader,
    /// or a process killed half-way, never sees a part of it. An existing file is replaced.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its whole content; when it throws, nothing is left behind.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
