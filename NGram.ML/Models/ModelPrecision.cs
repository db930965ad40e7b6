using System.Text.Json.Serialization;

namespace NGram.ML.Models;

/// <summary>Floating-point type of a model's parameters and arithmetic.</summary>
public enum ModelPrecision
{
    /// <summary>Single precision, as the original.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>Double precision.</summary>
    [JsonStringEnumMemberName("float64")]
    Float64,
}
