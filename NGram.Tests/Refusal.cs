using System.CommandLine;
using NGram.Cli.CommandLine;

namespace NGram.Tests;

/// <summary>
/// What reading a bad file must come to: the one line that the command line prints, and no memory for what the file claims.
/// </summary>
internal static class Refusal
{
    // The files have some kilobytes: a reader that believed what one claims would take far more.
    private const long MostBytes = 1 << 26;

    /// <summary>Requires an <see cref="InvalidDataException"/> whose line has all of these texts.</summary>
    public static void Of(Func<object?> read, params string[] named)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => read());
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThan(MostBytes, taken, $"{exception.Message} took {taken} bytes");
        string line = OneLine(exception, exception.ToString());
        foreach (string text in named)
            Assert.Contains(text, line);
    }

    /// <summary>The line of an exception.</summary>
    public static string OneLine(Exception exception, string message)
    {
        using var error = new StringWriter { NewLine = "\n" };
        ErrorLine.WritePart(error, new Command("test"), "file", exception);
        string line = error.ToString();
        Assert.IsFalse(exception is OutOfMemoryException || line.Contains("this is a bug", StringComparison.Ordinal), message);
        Assert.AreEqual(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal), $"{message}: {line}");
        return line;
    }
}
