using System.Text.Json.Serialization;

namespace NGram.ML.Evaluation.Batch;

/// <summary>Metrics as JSON from which the very same numbers are read.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NextTokenMetrics))]
internal sealed partial class MetricsJson : JsonSerializerContext;
