using NGram.Cli.Paths;
using NGram.Data.IO;

namespace NGram.Cli.Evaluate;

/// <summary>The folders that an evaluation writes: one for both, or either within the other, or apart.</summary>
/// <param name="Metrics">The folder of the metrics, as people named it.</param>
/// <param name="MetricsPlace">The same, taken.</param>
/// <param name="Predictions">The folder of the predictions; null if none are asked for.</param>
/// <param name="PredictionsPlace">The same, taken.</param>
internal sealed record EvaluationFolders(
    string Metrics, OutputPlace MetricsPlace, string? Predictions, OutputPlace? PredictionsPlace)
{
    /// <summary>Takes them.</summary>
    /// <exception cref="Terminal.UsageException">One holds something, or is a file.</exception>
    /// <exception cref="IOException">Nothing can be written there, or another process is writing it.</exception>
    public static EvaluationFolders Claim(OutputSet outputs, string? output, string? predictions, string command)
    {
        string metrics = output ?? "";
        OutputPlace ClaimOutput()
        {
            (metrics, var place) = RunPath.Claim(outputs, output, command);
            return place;
        }
        OutputPlace ClaimPredictions() => NewPath.ClaimFolder(outputs, "--predictions", predictions!);

        if (predictions is null)
        {
            var only = ClaimOutput();
            return new(metrics, only, null, null);
        }
        if (output is not null && Full(output) == Full(predictions))
        {
            var both = ClaimOutput();
            return new(output, both, predictions, both);
        }
        // The outer one first: it is empty before the inner one is made.
        (string Path, Func<OutputPlace> Claim)[] claims = [("output", ClaimOutput), ("predictions", ClaimPredictions)];
        if (output is not null && Full(predictions).Length < Full(output).Length)
            Array.Reverse(claims);
        var places = NewPath.ClaimAll(claims);
        return new(metrics, places["output"], predictions, places["predictions"]);
    }

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
