namespace NGram.Cli.Doctor;

/// <summary>How a check went.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether it runs here.</param>
/// <param name="Detail">What it did, or why it failed.</param>
/// <param name="Remedy">What to do; null where nothing is to be done.</param>
internal sealed record SelfCheckResult(string Name, bool Passed, string Detail, string? Remedy);
