using NGram.Data.Checks;

namespace NGram.ML.Training;

/// <summary>
/// Where a training is saved while it runs, so that one that was killed continues to the same result, bit for bit.
/// </summary>
public sealed record CheckpointOptions
{
    /// <summary>The file, written atomically; a cancelled training writes it too.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Batches between two checkpoints; null: as in the file that it continues from, or only when cancelled. At least 1.
    /// </summary>
    public int? Every { get; init; }

    /// <summary>Whether to go on from the file, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// What the training was told, as lines of text: a checkpoint of another text is refused. Null: not compared.
    /// </summary>
    public string? Settings { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        if (Every is { } every)
            Require.AtLeast(every, 1, "CheckpointEvery");
    }
}
