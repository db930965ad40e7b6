using System.Text.Json.Serialization;

namespace NGram.ML.Models;

/// <summary>Which projections the attention heads have.</summary>
public enum Projections
{
    /// <summary>
    /// As the original code: one compression (d to d_head) and one decompression (d_head to d) serve all heads and layers.
    /// </summary>
    [JsonStringEnumMemberName("shared")]
    Shared,

    /// <summary>As the paper's model: every head has its own maps between the embedding and its head dimension.</summary>
    [JsonStringEnumMemberName("per-head")]
    PerHead,
}
