namespace NGram.Data.Text;

/// <summary>What bytes that are not UTF-8 are called, wherever they are found.</summary>
internal static class Utf8Fault
{
    /// <summary>The fault of a line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">From 1.</param>
    /// <param name="subject">What is at fault, with its verb, as in "byte 8 is".</param>
    public static InvalidDataException At(string path, long line, string subject) =>
        new(FormattableString.Invariant($"{path}, line {line}: {subject} not valid UTF-8."));
}
