using System.Text.Json.Serialization;

namespace NGram.ML.Sweeps.Running;

/// <summary>JSON of records, in the same form as settings and summaries.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrialRecord))]
internal sealed partial class TrialRecordJson : JsonSerializerContext;
