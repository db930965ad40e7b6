namespace NGram.Cli.Doctor;

/// <summary>How a check went.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether it runs here.</param>
/// <param name="Detail">What it did, or why it failed.</param>
/// <param name="Remedy">What to do; null where nothing is to be done.</param>
/// <param name="IsNeeded">Whether something is wrong here where it failed.</param>
internal sealed record SelfCheckResult(string Name, bool Passed, string Detail, string? Remedy, bool IsNeeded)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWell => Passed || !IsNeeded;
}
