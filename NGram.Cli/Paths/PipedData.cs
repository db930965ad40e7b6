using NGram.Cli.Terminal;
using NGram.ML.Evaluation.Batch;

namespace NGram.Cli.Paths;

/// <summary>
/// Data as the command line names it: files, or the standard input, which is kept so that several models can read it.
/// </summary>
internal sealed class PipedData(StandardStreams streams) : IDisposable
{
    /// <summary>What the standard input is called.</summary>
    public const string Name = "-";

    private FileStream? copy;

    /// <summary>The data of a name.</summary>
    /// <exception cref="UsageException">The standard input is a terminal.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while the standard input was read.</exception>
    public EvaluationData Open(string name, CancellationToken cancellation)
    {
        if (name != Name)
            return EvaluationData.OfFile(name, cancellation);
        copy ??= Keep(cancellation);
        // A file that is gone has this name yet, while it is open.
        string path = OperatingSystem.IsLinux()
            ? FormattableString.Invariant($"/proc/self/fd/{copy.SafeFileHandle.DangerousGetHandle()}")
            : copy.Name;
        return new(Name, () => File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
    }

    /// <inheritdoc/>
    public void Dispose() => copy?.Dispose();

    private FileStream Keep(CancellationToken cancellation)
    {
        var input =
            streams.InputStream ?? throw new UsageException($"--data is {Name}, and nothing is piped into the standard input.");
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"ngram-{Guid.NewGuid():N}.csv"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.DeleteOnClose,
            });
        try
        {
            // On Unix it goes now, so that a process that is killed leaves nothing.
            if (OperatingSystem.IsLinux())
                File.Delete(file.Name);
            input.CopyToAsync(file, cancellation).GetAwaiter().GetResult();
            file.Flush();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
