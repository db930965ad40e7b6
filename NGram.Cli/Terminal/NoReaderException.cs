namespace NGram.Cli.Terminal;

/// <summary>Who read the results has had enough and closed the pipe, as head does: no fault, and nothing is left to do.</summary>
internal sealed class NoReaderException(Exception inner) : Exception("nobody reads the results any more.", inner);
