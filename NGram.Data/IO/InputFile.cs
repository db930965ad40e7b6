namespace NGram.Data.IO;

/// <summary>Files to read.</summary>
internal static class InputFile
{
    /// <summary>
    /// Opens a file. A named pipe waits for a writer, for ever if none comes; cancelling ends the wait.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled first.</exception>
    public static Stream Open(string path, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || IsRegular(path))
            return File.OpenRead(path);
        return Task.Run(() => File.OpenRead(path), CancellationToken.None).WaitAsync(cancellationToken).GetAwaiter().GetResult();
    }

    // A pipe and a device have no length, and some files of /proc; asking opens nothing.
    private static bool IsRegular(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };
}
