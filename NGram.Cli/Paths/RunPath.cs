using System.Globalization;
using NGram.Cli.Terminal;

namespace NGram.Cli.Paths;

/// <summary>Where a run folder will be: checked before any work, so that no result is lost for want of a place.</summary>
internal sealed class RunPath
{
    /// <summary>Runs without --output go here.</summary>
    public const string DefaultParent = "runs";

    private readonly string path;
    private readonly bool isDefault;

    /// <param name="given">The value of the flag, or null.</param>
    /// <param name="command">Names default folders.</param>
    /// <param name="flag">For messages.</param>
    /// <exception cref="UsageException">The folder holds something, or is a file.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public RunPath(string? given, string command, string flag = "--output")
    {
        isDefault = given is null;
        string now = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        path = given ?? Path.Combine(DefaultParent, $"{now}-{command}");
        if (File.Exists(path))
            throw new UsageException($"{flag} is {path}; it must be a folder, and this is a file.");
        if (!isDefault && IsTaken(path))
            throw new UsageException($"{flag} is {path}; it must be new or empty, and this folder holds something.");
        NewPath.RequireWritable(flag, path);
    }

    /// <summary>The path to write now; a default one gets a number where another run has taken it meanwhile.</summary>
    public string Claim()
    {
        string claimed = path;
        for (int number = 2; isDefault && Path.Exists(claimed); number++)
            claimed = string.Create(CultureInfo.InvariantCulture, $"{path}-{number}");
        return claimed;
    }

    private static bool IsTaken(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
}
