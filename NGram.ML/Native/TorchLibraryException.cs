namespace NGram.ML.Native;

/// <summary>libtorch cannot be loaded; the message says in one line what is missing.</summary>
public sealed class TorchLibraryException : Exception
{
    /// <summary>With a general message.</summary>
    public TorchLibraryException() : this("libtorch cannot be loaded.")
    {
    }

    /// <summary>With a message.</summary>
    public TorchLibraryException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public TorchLibraryException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
