using System.Text.Json.Serialization;

namespace NGram.ML.Optimum;

/// <summary>What the baseline of an experiment is.</summary>
public enum BaselineKind
{
    /// <summary>A sequence encoder trained on a sample of its own, as in the notebook: an estimate.</summary>
    [JsonStringEnumMemberName("trained")]
    Trained,

    /// <summary>The best sequence encoder, by descent over all contexts: <see cref="SequenceEncoderOptimum"/>.</summary>
    [JsonStringEnumMemberName("exact")]
    Exact,
}
