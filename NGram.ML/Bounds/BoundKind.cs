namespace NGram.ML.Bounds;

/// <summary>What a bound's value measures, and so the chart it belongs to, if any.</summary>
public enum BoundKind
{
    /// <summary>An accuracy, from 0 to 1.</summary>
    Accuracy,

    /// <summary>A Kullback-Leibler divergence, in nats.</summary>
    Divergence,

    /// <summary>A number of parameters.</summary>
    Parameters,

    /// <summary>A number of contexts.</summary>
    Contexts,

    /// <summary>A number of prompts with the right answer.</summary>
    Prompts,

    /// <summary>Bits of information.</summary>
    Bits,

    /// <summary>Facts: pairs of a subject and a relation, each with its answer.</summary>
    Facts,

    /// <summary>Relations, each between any two items.</summary>
    Relations,

    /// <summary>Labels that inputs can have in any combination.</summary>
    Labels,

    /// <summary>Pairs of an input and an output.</summary>
    Pairs,
}
