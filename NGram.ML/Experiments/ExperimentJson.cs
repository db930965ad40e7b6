using System.Text.Json.Serialization;

namespace NGram.ML.Experiments;

/// <summary>JSON of settings and summaries: camelCase, indented, enums by name, not-a-number as null.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ExperimentSettings))]
[JsonSerializable(typeof(ExperimentSummary))]
internal sealed partial class ExperimentJson : JsonSerializerContext;
