using System.Text.Json.Serialization;

namespace NGram.ML.Constructions;

/// <summary>How weights are built.</summary>
public enum ConstructionMethod
{
    /// <summary>Theorem 1 and Corollary 2 of the paper: attention alone; see <see cref="MemoryConstruction"/>.</summary>
    [JsonStringEnumMemberName("theorem")]
    Theorem,

    /// <summary>Svete and Cotterell's n-gram model; see <see cref="NGramConstruction"/>.</summary>
    [JsonStringEnumMemberName("n-gram")]
    NGram,

    /// <summary>An MLP that stores the facts, in closed form; see <see cref="FactMlpConstruction"/>.</summary>
    [JsonStringEnumMemberName("fact-mlp")]
    FactMlp,
}
