namespace NGram.Data.IO;

/// <summary>Folders that exist whole or not at all.</summary>
internal static class AtomicFolder
{
    /// <summary>Whether a folder can be written there: nothing is there, or an empty folder.</summary>
    public static bool IsFree(string directory) => OutputSet.IsFree(directory);

    /// <summary>Writes a folder beside its place, brings it to the disk and moves it there when it is whole.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="write">Writes its files into the folder that it is given; when it throws, nothing has changed.</param>
    /// <exception cref="IOException">
    /// The folder exists and is not empty, another process is writing it, or it cannot be written.
    /// </exception>
    public static void Write(string directory, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(write);
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        using var output = new OutputSet(directory);
        WritePartial(output.Partial(), directory, write);
        Named(output.Partial(), directory, output.Commit);
    }

    /// <summary>
    /// Adds to a folder that exists: the files are written beside it, brought to the disk and moved in one by one, those of the
    /// same name replaced, <paramref name="last"/> last of all. While that is not there the folder is not done; a process that is
    /// killed meanwhile leaves whole files only, and writing again completes them.
    /// </summary>
    /// <param name="directory">The folder; the caller sees to it that no other process writes there.</param>
    /// <param name="write">Writes the files into the folder that it is given; when it throws, nothing has changed.</param>
    /// <param name="last">The name of the file that says that the folder is done.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Complete(string directory, Action<string> write, string last)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(write);
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string partial = directory + ".partial";
        try
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            WritePartial(partial, directory, write);
            Named(partial, directory, () => MoveAll(partial, directory, last));
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }
    }

    private static void MoveAll(string partial, string directory, string last)
    {
        DiskSync.All(partial);
        foreach (string entry in Directory.EnumerateFileSystemEntries(partial).OrderBy(entry => Path.GetFileName(entry) == last))
        {
            if (Path.GetFileName(entry) == last)
                DiskSync.Folder(directory);
            string place = Path.Combine(directory, Path.GetFileName(entry));
            if (Directory.Exists(entry))
                Directory.Move(entry, place);
            else
                File.Move(entry, place, overwrite: true);
        }
        DiskSync.Folder(directory);
    }

    private static void WritePartial(string partial, string directory, Action<string> write) =>
        Named(partial, directory, () =>
        {
            Directory.CreateDirectory(partial);
            write(partial);
        });

    private static void Named(string partial, string directory, Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (AtomicFile.Named(exception, partial, directory) is { } named)
        {
            throw named;
        }
    }
}
