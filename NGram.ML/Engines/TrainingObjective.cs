using System.Text.Json.Serialization;

namespace NGram.ML.Engines;

/// <summary>What the loss compares the prediction with.</summary>
public enum TrainingObjective
{
    /// <summary>The token that follows in the sample.</summary>
    [JsonStringEnumMemberName("next-token")]
    NextToken,

    /// <summary>The whole law of the token that follows; needs the distribution.</summary>
    [JsonStringEnumMemberName("full-distribution")]
    FullDistribution,

    /// <summary>
    /// The divergence itself: the whole law after every prompt, each with its probability; no sample is drawn. Needs the
    /// distribution.
    /// </summary>
    [JsonStringEnumMemberName("exact")]
    Exact,
}
