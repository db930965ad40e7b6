namespace NGram.ML.Bounds;

/// <summary>What a bound's value measures, and so the chart and the axis it belongs to.</summary>
public enum BoundKind
{
    /// <summary>An accuracy, from 0 to 1.</summary>
    Accuracy,

    /// <summary>A Kullback-Leibler divergence, in nats.</summary>
    Divergence,
}
