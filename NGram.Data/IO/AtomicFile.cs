namespace NGram.Data.IO;

/// <summary>Files that exist whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file under a temporary name in the same folder, flushes it to disk and moves it into place: a reader,
    /// or a process killed half-way, never sees a part of it. An existing file is replaced.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its whole content; when it throws, nothing is left behind.</param>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception exception)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            if (Named(exception, temporary, target) is { } named)
                throw named;
            throw;
        }
    }

    /// <summary>
    /// A fault of writing with the name that people gave instead of the temporary one; null where it is another fault.
    /// </summary>
    internal static IOException? Named(Exception exception, string temporary, string target) =>
        exception switch
        {
            // What .NET makes of a file above the limit of the file system or the process (EFBIG).
            ArgumentOutOfRangeException { ParamName: "value" } => new(
                $"{target}: a file would be larger than the file system or a limit of the process allows.",
                exception),
            IOException or UnauthorizedAccessException when exception.Message.Contains(temporary, StringComparison.Ordinal) =>
                new(exception.Message.Replace(temporary, target, StringComparison.Ordinal), exception),
            _ => null,
        };
}
