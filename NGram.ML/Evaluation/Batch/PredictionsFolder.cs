using NGram.Data.IO;

namespace NGram.ML.Evaluation.Batch;

/// <summary>A folder with a file of predictions for each pair of a model and data: MODEL.DATA.csv, whole or not at all.</summary>
internal sealed class PredictionsFolder : IDisposable
{
    private readonly OutputSet outputs = new();
    private readonly OutputPlace? place; // null: the folder is held by somebody else
    private readonly string directory;
    private readonly string[] names;

    /// <param name="directory">A new or empty one; what a process that was killed left in it goes.</param>
    /// <param name="pairs">Model's path and data's name of every pair.</param>
    /// <param name="isShared">Whether the caller or other processes write into it too, so that it need not be empty.</param>
    /// <exception cref="IOException">It exists and is not empty.</exception>
    public PredictionsFolder(string directory, IReadOnlyList<(string Model, string Data)> pairs, bool isShared = false)
    {
        if (File.Exists(directory))
            throw new IOException($"{directory} exists and is not an empty folder.");
        this.directory = directory;
        place = isShared ? null : outputs.AddFolder(directory);
        string[] models = ResultNames.Of([.. pairs.Select(pair => pair.Model)]),
            data = ResultNames.Of([.. pairs.Select(pair => pair.Data)]);
        names = ResultNames.Numbered(models.Zip(data, (model, set) => $"{model}.{set}"));
    }

    /// <summary>Evaluates a pair with a stream for its predictions; when that throws, no file is left.</summary>
    public NextTokenMetrics Write(int pair, Func<Stream, NextTokenMetrics> evaluate)
    {
        string name = names[pair] + ".csv";
        NextTokenMetrics? metrics = null;
        void WriteInto(string folder)
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(Path.Combine(folder, name), stream => metrics = evaluate(stream));
        }
        if (place is null)
            WriteInto(directory);
        else
            place.Write(WriteInto);
        return metrics! with { Predictions = name };
    }

    /// <summary>Moves the files of all pairs into place, where this holds it.</summary>
    /// <exception cref="IOException">They cannot be written; none is there then.</exception>
    public void Commit() => outputs.Commit();

    /// <summary>Lets go of the folder; one that was made and has nothing in it goes.</summary>
    public void Dispose() => outputs.Dispose();
}
