namespace NGram.Cli.Terminal;

/// <summary>The reader closed the pipe, as head does: nothing is wrong, and there is nothing left to do.</summary>
internal sealed class NoReaderException(Exception inner) : Exception("the reader closed the pipe.", inner);
