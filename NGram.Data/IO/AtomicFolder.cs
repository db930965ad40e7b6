namespace NGram.Data.IO;

/// <summary>Folders that exist whole or not at all.</summary>
public static class AtomicFolder
{
    /// <summary>Whether a folder can be written there: nothing is there, or an empty folder.</summary>
    public static bool IsFree(string directory) =>
        !File.Exists(directory) && (!Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any());

    /// <summary>
    /// Writes a folder beside its place and moves it there when it is whole: until then nothing of it is in its place. One that
    /// exists is completed file by file, in no order: a move that fails, or a process killed meanwhile, leaves some new files in
    /// it and
    /// not others, all of them whole, and keeps those that are not written. A killed process leaves the rest beside the folder,
    /// as
    /// NAME.*.partial; writing again completes it.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="write">Writes its files into the folder that it is given; when it throws, nothing has changed.</param>
    /// <param name="completes">
    /// Whether the folder may exist: what is written replaces files of the same name, others are kept.
    /// </param>
    /// <exception cref="IOException">The folder exists and is not empty, or cannot be written.</exception>
    public static void Write(string directory, Action<string> write, bool completes = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(write);
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!completes && !IsFree(directory))
            throw new IOException($"{directory} exists and is not empty.");
        string partial = $"{directory}.{Guid.NewGuid():N}.partial";
        try
        {
            Directory.CreateDirectory(partial);
            write(partial);
            if (IsFree(directory))
            {
                if (Directory.Exists(directory))
                    Directory.Delete(directory);
                Directory.Move(partial, directory);
                return;
            }
            foreach (string file in Directory.EnumerateFiles(partial))
                File.Move(file, Path.Combine(directory, Path.GetFileName(file)), overwrite: true);
            foreach (string folder in Directory.EnumerateDirectories(partial))
                Directory.Move(folder, Path.Combine(directory, Path.GetFileName(folder)));
            Directory.Delete(partial);
        }
        catch (Exception exception)
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            if (AtomicFile.Named(exception, partial, directory) is { } named)
                throw named;
            throw;
        }
    }
}
