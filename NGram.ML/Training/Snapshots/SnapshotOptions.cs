using NGram.Data.Checks;

namespace NGram.ML.Training.Snapshots;

/// <summary>
/// Who looks at a model while it is trained, and how often. The training waits meanwhile and is not changed by it.
/// </summary>
public sealed record SnapshotOptions
{
    /// <summary>
    /// Batches between two snapshots; at least 1. There is one more before the first batch and one after the last.
    /// </summary>
    public required int Every { get; init; }

    /// <summary>Receives them, one after another; of a resumed training those from there on.</summary>
    public required Action<TrainingSnapshot> Receive { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(Every, 1, "TrackEvery");
        ArgumentNullException.ThrowIfNull(Receive);
    }
}
