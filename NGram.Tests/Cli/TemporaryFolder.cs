namespace NGram.Tests.Cli;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("ngram-cli-").FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => Path.Combine(path, name);

    public string[] Entries => [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry))];

    public void Dispose() => Directory.Delete(path, recursive: true);
}
