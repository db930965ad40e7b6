namespace NGram.Data.Files;

/// <summary>
/// Tells a listener how much of some files has been read, over all passes. A file that does not know its length counts as 0.
/// </summary>
/// <param name="listener">Receives the share, from 0 to 1; null: nobody.</param>
/// <param name="paths">The files.</param>
/// <param name="passes">How often each is read.</param>
internal sealed class ReadProgress(IProgress<double>? listener, IReadOnlyList<string> paths, int passes)
{
    private readonly double all = listener is null ? 0 : passes * paths.Sum(LengthOf);
    private double before, length;
    private Stream? current;

    /// <summary>A file is read from here on, and the one before is done.</summary>
    /// <returns>The same stream.</returns>
    public Stream Begin(Stream stream)
    {
        before += length;
        (current, length) = (stream, stream.CanSeek ? stream.Length : 0);
        return stream;
    }

    /// <summary>Tells how much is read by now.</summary>
    public void Report()
    {
        if (listener is not null && all > 0 && current is { CanSeek: true })
            listener.Report(Math.Min(1, (before + current.Position) / all));
    }

    private static double LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
