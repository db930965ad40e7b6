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

    private readonly string file = Path.Combine(Path.GetTempPath(), $"ngram-{Guid.NewGuid():N}.csv");
    private bool isKept;

    /// <summary>The data of a name.</summary>
    /// <exception cref="UsageException">The standard input is a terminal.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while the standard input was read.</exception>
    public EvaluationData Open(string name, CancellationToken cancellation)
    {
        if (name != Name)
            return EvaluationData.OfFile(name, cancellation);
        Keep(cancellation);
        return new(Name, () => File.OpenRead(file));
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(file);

    private void Keep(CancellationToken cancellation)
    {
        if (isKept)
            return;
        isKept = true;
        var input =
            streams.InputStream ?? throw new UsageException($"--data is {Name}, and nothing is piped into the standard input.");
        using var copy = File.Create(file);
        input.CopyToAsync(copy, cancellation).GetAwaiter().GetResult();
    }
}
