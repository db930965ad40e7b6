namespace NGram.ML.Sweeps.Running;

/// <summary>
/// A folder holds a different sweep from the one to be continued there: old results are never mixed with new ones.
/// </summary>
public sealed class SweepMismatchException : IOException
{
    internal SweepMismatchException(string folder, string difference)
        : base($"{folder} holds another sweep: {difference}. Use a new folder, or the settings of this one.") =>
        (Folder, Difference) = (folder, difference);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The setting that differs, what it is and what it was.</summary>
    public string Difference { get; }
}
