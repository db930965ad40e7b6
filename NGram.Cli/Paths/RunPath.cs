using System.Globalization;
using NGram.Cli.Terminal;
using NGram.Data.IO;

namespace NGram.Cli.Paths;

/// <summary>Where a run folder will be.</summary>
internal static class RunPath
{
    /// <summary>Runs without --output go here.</summary>
    public const string DefaultParent = "runs";

    /// <summary>Takes the folder; a default one gets a number where another run has taken it.</summary>
    /// <param name="outputs">What the command writes.</param>
    /// <param name="given">The value of the flag, or null.</param>
    /// <param name="command">Names default folders.</param>
    /// <param name="flag">For messages.</param>
    /// <returns>Where it is, as people named it.</returns>
    /// <exception cref="UsageException">The folder holds something, or is a file.</exception>
    /// <exception cref="IOException">Nothing can be written there, or another process is writing it.</exception>
    public static (string Path, OutputPlace Place) Claim(
        OutputSet outputs, string? given, string command, string flag = "--output")
    {
        if (given is not null)
            return (given, NewPath.ClaimFolder(outputs, flag, given));
        string now = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(DefaultParent, $"{now}-{command}"), free = path;
        for (int number = 2; ; number++)
        {
            try
            {
                return (free, NewPath.ClaimFolder(outputs, flag, free));
            }
            catch (Exception exception) when (exception is OutputTakenException or UsageException && Path.Exists(free))
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{path}-{number}");
            }
        }
    }
}
