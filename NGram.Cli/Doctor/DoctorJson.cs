using System.Text.Json.Serialization;

namespace NGram.Cli.Doctor;

/// <summary>JSON of a diagnosis: camelCase, indented.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Diagnosis))]
internal sealed partial class DoctorJson : JsonSerializerContext;
