using System.Runtime.ExceptionServices;
using NGram.Cli.Terminal;
using NGram.Data.IO;

namespace NGram.Cli.Paths;

/// <summary>
/// A place for something new that a flag names: it is taken before any work, so that no result is lost for want of a place, and
/// belongs to the command from then on.
/// </summary>
internal static class NewPath
{
    /// <summary>Takes a new file.</summary>
    /// <exception cref="UsageException">Something is there, or there is no folder for it.</exception>
    /// <exception cref="IOException">Nothing can be written there, or another process is writing it.</exception>
    public static OutputPlace ClaimFile(OutputSet outputs, string flag, string path)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Path.Exists(folder))
            throw new UsageException($"{flag} is {path}; there is no folder {folder}.");
        return Claim(flag, path, "it must be a new file, and this one exists", () => outputs.AddFile(path));
    }

    /// <summary>
    /// Takes new files that belong together; of those that a process left which died, each is tidied, before one is refused.
    /// </summary>
    /// <returns>Their places by their paths.</returns>
    /// <inheritdoc cref="ClaimFile"/>
    public static IReadOnlyDictionary<string, OutputPlace> ClaimFiles(
        OutputSet outputs, IReadOnlyList<(string Flag, string Path)> files) =>
        ClaimAll([.. files.Select(file => (file.Path, (Func<OutputPlace>)(() => ClaimFile(outputs, file.Flag, file.Path))))]);

    /// <summary>Takes places that belong together: each is tried, and so tidied, before the first refusal is told.</summary>
    public static IReadOnlyDictionary<string, OutputPlace> ClaimAll(IReadOnlyList<(string Path, Func<OutputPlace> Claim)> claims)
    {
        var places = new Dictionary<string, OutputPlace>();
        Exception? first = null;
        foreach (var (path, claim) in claims)
        {
            try
            {
                places.Add(path, claim());
            }
            // Behind a place that another process writes, the rest is that process's: to take it would stop both.
            catch (Exception exception)
                when (exception is UsageException or IOException and not OutputTakenException { IsHeld: true })
            {
                first ??= exception;
            }
        }
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
        return places;
    }

    /// <summary>Takes a new or empty folder.</summary>
    /// <exception cref="UsageException">The folder holds something, or is a file.</exception>
    /// <exception cref="IOException">Nothing can be written there, or another process is writing it.</exception>
    public static OutputPlace ClaimFolder(OutputSet outputs, string flag, string path)
    {
        if (File.Exists(path))
            throw new UsageException($"{flag} is {path}; it must be a folder, and this is a file.");
        return Claim(flag, path, "it must be new or empty, and this folder holds something", () => outputs.AddFolder(path));
    }

    /// <summary>Takes the folder of a run to go on with.</summary>
    /// <exception cref="IOException">Nothing can be written there, or another process is writing it.</exception>
    public static OutputPlace Reopen(OutputSet outputs, string flag, string path) =>
        Claim(flag, path, "", () => outputs.Reopen(path));

    private static OutputPlace Claim(string flag, string path, string taken, Func<OutputPlace> claim)
    {
        string folder = NearestFolder(flag, path);
        try
        {
            return claim();
        }
        catch (OutputTakenException exception) when (!exception.IsHeld)
        {
            throw new UsageException($"{flag} is {path}; {taken}.");
        }
        catch (Exception exception)
            when (exception is IOException and not OutputTakenException or UnauthorizedAccessException)
        {
            throw new IOException($"{flag} is {path}; nothing can be written in {folder}.", exception);
        }
    }

    private static string NearestFolder(string flag, string path)
    {
        string folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder))
        {
            string? outer = Path.GetDirectoryName(folder);
            if (File.Exists(outer))
                throw new UsageException($"{flag} is {path}; {outer} is a file, and no folder can be made in it.");
            folder = outer ?? throw new DirectoryNotFoundException($"{flag} is {path}; there is no folder to make it in.");
        }
        return folder;
    }
}
