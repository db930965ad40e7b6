using NGram.Cli.Terminal;

namespace NGram.Cli.Bench.Measure;

/// <summary>All numbers of a bench.</summary>
/// <param name="Machine">Where it ran.</param>
/// <param name="Quick">Whether every measurement was a short one.</param>
/// <param name="LeftOut">Names that were asked for and not measured: the run was stopped, or its time was over.</param>
/// <param name="Measurements">In the order of the tables.</param>
internal sealed record BenchResults(
    Machine Machine,
    bool Quick,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<Measurement> Measurements)
{
    /// <summary>A number, null if it was not measured.</summary>
    public double? Find(string name, string variant, string unit) =>
        Measurements.FirstOrDefault(m => m.Case == name && m.Variant == variant && m.Unit == unit)?.Value;

    /// <summary>Indented camelCase JSON.</summary>
    public string ToJson() => JsonText.Of(this);
}
