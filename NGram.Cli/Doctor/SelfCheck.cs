namespace NGram.Cli.Doctor;

/// <summary>Something that has to run here.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Remedy">What to do where it fails, in one sentence.</param>
/// <param name="Run">Does it and describes the result; throws where it cannot.</param>
/// <param name="IsNeeded">Whether something is wrong here where it fails; otherwise it is only said.</param>
internal sealed record SelfCheck(string Name, string Remedy, Func<string> Run, bool IsNeeded = true)
{
    /// <summary>Runs it.</summary>
    public SelfCheckResult Perform()
    {
        try
        {
            return new(Name, Passed: true, Run(), null, IsNeeded);
        }
        // Whatever goes wrong here is the finding.
        catch (Exception exception)
        {
            var cause = exception;
            while (cause is TypeInitializationException && cause.InnerException is { } inner)
                cause = inner;
            return new(Name, Passed: false, cause.Message, Remedy, IsNeeded);
        }
    }
}
