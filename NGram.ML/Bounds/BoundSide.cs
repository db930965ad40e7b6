namespace NGram.ML.Bounds;

/// <summary>Which side of what models of a size reach a statement is on.</summary>
public enum BoundSide
{
    /// <summary>From below: some model of this size can.</summary>
    Below,

    /// <summary>From above: no model of this size can do better.</summary>
    Above,

    /// <summary>From both sides.</summary>
    Sharp,

    /// <summary>Observed, not proved.</summary>
    Measured,
}
