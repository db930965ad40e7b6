using NGram.Cli.Terminal;

namespace NGram.Cli.Paths;

/// <summary>
/// Whether something new can be written at a path: found out before any work, so that no result is lost for want of a place.
/// </summary>
internal static class NewPath
{
    /// <summary>Requires that a new file can be written there.</summary>
    /// <exception cref="UsageException">Something is there, or there is no folder for it.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void RequireFile(string flag, string path)
    {
        if (Path.Exists(path))
            throw new UsageException($"{flag} is {path}; it must be a new file, and this one exists.");
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Path.Exists(folder))
            throw new UsageException($"{flag} is {path}; there is no folder {folder}.");
        RequireWritable(flag, path);
    }

    /// <summary>Makes and removes an empty file in the nearest folder that exists.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void RequireWritable(string flag, string path)
    {
        string folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder))
        {
            if (File.Exists(folder))
                throw new UsageException($"{flag} is {path}; {folder} is a file, and no folder can be made in it.");
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException($"{flag} is {path}; there is no folder to make it in.");
        }
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{flag} is {path}; nothing can be written in {folder}.", exception);
        }
    }
}
