using System.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Interchange;

namespace NGram.Cli.Paths;

/// <summary>The file of a flag that names a saved distribution.</summary>
internal static class DistributionPath
{
    /// <summary>The file itself, or the one in a run folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find(Option<string?> option, string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, RunFiles.Distribution) : path;
        return File.Exists(file) ? file : throw new UsageException($"{option.Name} is {path}; there is no file {file}.");
    }
}
