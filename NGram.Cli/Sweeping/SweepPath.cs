using System.CommandLine;
using System.Globalization;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>Folders of sweeps.</summary>
internal static class SweepPath
{
    private const string Argument = "DIR";

    /// <summary>The argument that names a sweep's folder.</summary>
    public static Argument<string> CreateArgument() => new(Argument) { Description = "The sweep's folder." };

    /// <summary>The folder that it names.</summary>
    /// <exception cref="UsageException">The folder does not hold a sweep.</exception>
    public static string Of(ParseResult parse, Argument<string> argument)
    {
        string path = parse.GetValue(argument)!;
        return SweepFolder.Exists(path)
            ? path
            : throw new UsageException($"{Argument} is {path}; it must be the folder of a sweep, which holds sweep.json.");
    }

    /// <summary>A folder for a sweep: new, empty, or holding a sweep.</summary>
    /// <exception cref="UsageException">The folder holds something else, or is a file.</exception>
    public static string RequireOutput(string flag, string path)
    {
        if (File.Exists(path))
            throw new UsageException($"{flag} is {path}; it must be a folder, and this is a file.");
        // Another process may be creating the sweep at this moment: then its lock file is there.
        if (Directory.Exists(path)
            && Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).ToList() is { Count: > 0 } entries
            && !entries.Exists(entry => entry!.StartsWith(SweepFolder.SweepFile, StringComparison.Ordinal)))
        {
            throw new UsageException($"{flag} is {path}; it must be new, empty, or the folder of a sweep.");
        }
        return path;
    }

    /// <summary>The folder of a sweep that is given none.</summary>
    public static string Default()
    {
        string now = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(RunPath.DefaultParent, $"{now}-sweep"), free = path;
        for (int number = 2; Path.Exists(free); number++)
            free = string.Create(CultureInfo.InvariantCulture, $"{path}-{number}");
        return free;
    }
}
