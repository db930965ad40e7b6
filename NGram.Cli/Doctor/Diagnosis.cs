using NGram.Cli.Terminal;

namespace NGram.Cli.Doctor;

/// <summary>What runs here and what does not.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Libraries">The libraries.</param>
/// <param name="Vectors">The fused engine's vectors.</param>
/// <param name="Checks">What was tried.</param>
internal sealed record Diagnosis(
    Machine Machine,
    Libraries Libraries,
    VectorUnits Vectors,
    IReadOnlyList<SelfCheckResult> Checks)
{
    /// <summary>Whether everything runs that has to.</summary>
    public bool Healthy => Checks.All(check => check.IsWell);

    /// <summary>Runs the checks.</summary>
    public static Diagnosis Make(IEnumerable<SelfCheck> checks)
    {
        var results = checks.Select(check => check.Perform()).ToList();
        return new(Machine.Describe(), Libraries.Describe(), VectorUnits.Describe(), results);
    }

    /// <summary>Indented camelCase JSON.</summary>
    public string ToJson() => JsonText.Of(this);
}
