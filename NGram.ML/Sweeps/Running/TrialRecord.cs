using System.Text.Json;
using System.Text.Json.Serialization;
using NGram.Data.IO;
using NGram.ML.Experiments;

namespace NGram.ML.Sweeps.Running;

/// <summary>The outcome of a trial: the file trials/ID.json.</summary>
public sealed record TrialRecord
{
    /// <summary>The trial's ID.</summary>
    public required string Trial { get; init; }

    /// <summary>Done, failed or interrupted.</summary>
    public required TrialStatus Status { get; init; }

    /// <summary>Why it failed or was interrupted; null if it is done.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it would fail again, because its settings are wrong or its training diverges.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>The settings of the trial.</summary>
    public required ExperimentSettings Settings { get; init; }

    /// <summary>The results; null if it failed or was interrupted.</summary>
    public ExperimentSummary? Summary { get; init; }

    /// <summary>Whether it does not need to be run again.</summary>
    [JsonIgnore]
    public bool IsSettled => Status is TrialStatus.Done or TrialStatus.Failed;

    internal string ToJson() => JsonSerializer.Serialize(this, TrialRecordJson.Default.TrialRecord);

    /// <summary>A record from its file; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message names it.</exception>
    internal static TrialRecord? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(AtomicFile.Read(path), TrialRecordJson.Default.TrialRecord)
                ?? throw new InvalidDataException($"{path} does not hold a trial.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} does not hold a trial: {exception.Message}", exception);
        }
    }
}
