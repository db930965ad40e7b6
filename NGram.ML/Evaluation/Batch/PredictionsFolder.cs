using NGram.Data.IO;

namespace NGram.ML.Evaluation.Batch;

/// <summary>A folder with a file of predictions for each pair of a model and data: MODEL.DATA.csv, whole or not at all.</summary>
internal sealed class PredictionsFolder
{
    private readonly string directory;
    private readonly string[] names;
    private readonly bool isNew;

    /// <param name="directory">A new or empty one; it is made with its first file.</param>
    /// <param name="pairs">Model's path and data's name of every pair.</param>
    /// <param name="isShared">Whether other processes write into it too, so that it need not be empty.</param>
    /// <exception cref="IOException">It exists and is not empty.</exception>
    public PredictionsFolder(string directory, IReadOnlyList<(string Model, string Data)> pairs, bool isShared = false)
    {
        if (File.Exists(directory) || !isShared && !IsEmpty(directory))
            throw new IOException($"{directory} exists and is not an empty folder.");
        this.directory = directory;
        isNew = !Directory.Exists(directory);
        string[] models = ResultNames.Of([.. pairs.Select(pair => pair.Model)]),
            data = ResultNames.Of([.. pairs.Select(pair => pair.Data)]);
        names = ResultNames.Numbered(models.Zip(data, (model, set) => $"{model}.{set}"));
    }

    /// <summary>Evaluates a pair with a stream for its predictions; when that throws, no file is left.</summary>
    public NextTokenMetrics Write(int pair, Func<Stream, NextTokenMetrics> evaluate)
    {
        string name = names[pair] + ".csv";
        NextTokenMetrics? metrics = null;
        Directory.CreateDirectory(directory);
        AtomicFile.Write(Path.Combine(directory, name), stream => metrics = evaluate(stream));
        return metrics! with { Predictions = name };
    }

    /// <summary>Removes the folder if this made it and nothing was written into it.</summary>
    public void RemoveIfEmpty()
    {
        if (isNew && Directory.Exists(directory) && IsEmpty(directory))
            Directory.Delete(directory);
    }

    private static bool IsEmpty(string directory) =>
        !Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any();
}
