namespace NGram.ML.Training;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>It was cancelled; what was done is kept.</summary>
    Cancelled,

    /// <summary>An epoch's accuracy reached the target.</summary>
    TargetAccuracy,

    /// <summary>The loss no longer fell.</summary>
    Plateau,

    /// <summary>Its time was up.</summary>
    TimeLimit,

    /// <summary>
    /// The loss of the last batch, or the weights after it, are not finite numbers; the last good weights were kept.
    /// </summary>
    NotFinite,
}
