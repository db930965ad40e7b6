namespace NGram.Data.IO;

/// <summary>Files to read.</summary>
internal static class InputFile
{
    private static readonly string[] Compressed = [".gz", ".bz2", ".xz", ".zst"];

    /// <summary>
    /// Opens a file. A named pipe waits for a writer, for ever if none comes; cancelling ends the wait.
    /// </summary>
    /// <exception cref="InvalidDataException">Its name says that it is compressed.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled first.</exception>
    public static Stream Open(string path, CancellationToken cancellationToken)
    {
        // Not unpacked while it is read: .NET takes a file that is cut off for a whole one.
        if (File.Exists(path) && Array.IndexOf(Compressed, Path.GetExtension(path).ToLowerInvariant()) >= 0)
            throw new InvalidDataException($"{path}: the file is compressed; unpack it first.");
        if (!cancellationToken.CanBeCanceled || IsRegular(path))
            return File.OpenRead(path);
        return Task.Run(() => File.OpenRead(path), CancellationToken.None).WaitAsync(cancellationToken).GetAwaiter().GetResult();
    }

    // A pipe and a device have no length, and some files of /proc; asking opens nothing.
    private static bool IsRegular(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };
}
