using System.Text.Json;
using System.Text.Json.Serialization;
using NGram.Cli.Bench.Measure;
using NGram.Cli.Terminal;

namespace NGram.Cli.Bench.Report;

/// <summary>All numbers of a bench.</summary>
/// <param name="Machine">Where it ran.</param>
/// <param name="Quick">Whether every measurement was a short one.</param>
/// <param name="LeftOut">Names that were asked for and not measured: the run was stopped, or its time was over.</param>
/// <param name="Measurements">In the order of the tables.</param>
internal sealed record BenchResults(
    BenchMachine Machine,
    bool Quick,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<Measurement> Measurements)
{
    /// <summary>A number, null where it was not measured.</summary>
    public double? Find(string name, string variant, string unit) =>
        Measurements.FirstOrDefault(m => m.Case == name && m.Variant == variant && m.Unit == unit)?.Value;

    /// <summary>Indented camelCase JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.BenchResults);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchResults))]
internal sealed partial class BenchJson : JsonSerializerContext;
