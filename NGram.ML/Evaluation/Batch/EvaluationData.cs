using NGram.Data.IO;

namespace NGram.ML.Evaluation.Batch;

/// <summary>Data to evaluate models on: a file, or a stream under a name.</summary>
/// <param name="Name">Tells the format by its extension, stands in tables and in messages.</param>
/// <param name="Open">Opens it, once for each model; the stream is closed at the end.</param>
public sealed record EvaluationData(string Name, Func<Stream> Open)
{
    /// <summary>A file: CSV, TSV, JSON lines or Parquet, as <see cref="NGram.Data.Files.SequenceFile"/> reads them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the wait for a named pipe that nobody writes into.</param>
    public static EvaluationData OfFile(string path, CancellationToken cancellationToken = default) =>
        new(path, () => InputFile.Open(path, cancellationToken));
}
