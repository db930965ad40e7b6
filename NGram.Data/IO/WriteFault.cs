namespace NGram.Data.IO;

/// <summary>Faults of writing, with the names of files that people know.</summary>
internal static class WriteFault
{
    private const string TooLarge = "a file would be larger than the file system or a limit of the process allows.";

    /// <summary>A fault with the name that people gave instead of a temporary one; null if it is another fault.</summary>
    public static IOException? Renamed(Exception exception, string temporary, string name) =>
        IsTooLarge(exception) ? new($"{name}: {TooLarge}", exception)
        : Is(exception) && exception.Message.Contains(temporary, StringComparison.Ordinal)
            ? new(exception.Message.Replace(temporary, name, StringComparison.Ordinal), exception)
        : null;

    /// <summary>A fault in a library's own file, told as one of the file that it wrote; null if it is another fault.</summary>
    public static IOException? Of(string file, Exception exception)
    {
        // ML.NET wraps what its writing threads throw.
        if (exception is InvalidOperationException { InnerException: { } inner } && Is(inner))
            return Of(file, inner) ?? new(inner.Message, exception);
        if (IsTooLarge(exception))
            return new($"{file}: {TooLarge}", exception);
        if (!Is(exception) || exception.Message.Contains(file, StringComparison.Ordinal))
            return null;
        // .NET's messages end in the name of the file.
        int name = exception.Message.IndexOf(" : '", StringComparison.Ordinal);
        return new($"{file}: {(name < 0 ? exception.Message : exception.Message[..name])}", exception);
    }

    /// <summary>Whether a file could not be written.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException || IsTooLarge(exception);

    // What .NET makes of a file above the limit of the file system or the process (EFBIG).
    private static bool IsTooLarge(Exception exception) => exception is ArgumentOutOfRangeException { ParamName: "value" };
}
