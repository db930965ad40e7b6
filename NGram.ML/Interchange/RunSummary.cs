using System.Text.Json;
using NGram.ML.Interchange.Weights;

namespace NGram.ML.Interchange;

/// <summary>What the summary of a run says of its training, for those who read the run as a model.</summary>
internal static class RunSummary
{
    /// <summary>
    /// How often a prompt of the law was trained on, and the share of the prompts in the sample; null what is not known, and both
    /// where there is no summary that can be read.
    /// </summary>
    public static (double? Exposures, double? Coverage) ReadSample(string folder)
    {
        try
        {
            using var summary = JsonDocument.Parse(ShortText.Read(Path.Combine(folder, RunFiles.Summary)));
            return (Number(summary.RootElement, "exposures"), Number(summary.RootElement, "coverage"));
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return (null, null);
        }
    }

    private static double? Number(JsonElement summary, string name) =>
        summary.ValueKind == JsonValueKind.Object
        && summary.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;
}
