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
}
