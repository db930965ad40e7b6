namespace NGram.Data.IO;

/// <summary>A place that is to be written belongs to something else.</summary>
/// <param name="message">Names the place.</param>
/// <param name="isHeld">Whether another process is writing it now; otherwise something is there.</param>
/// <param name="inner">What told so.</param>
internal sealed class OutputTakenException(string message, bool isHeld, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Whether another process is writing it now; otherwise something is there.</summary>
    public bool IsHeld { get; } = isHeld;
}
