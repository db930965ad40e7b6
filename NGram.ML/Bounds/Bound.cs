namespace NGram.ML.Bounds;

/// <summary>A bound or baseline as a value with a name, which summaries, metrics and charts read.</summary>
public sealed record Bound
{
    /// <summary>The name in summaries and metrics, in camel case.</summary>
    public required string Name { get; init; }

    /// <summary>The name in a legend.</summary>
    public required string Title { get; init; }

    /// <summary>Which side of what models of this size reach it is on.</summary>
    public required BoundSide Side { get; init; }

    /// <summary>
    /// Whether the statement gives a number: false for an order, whose constants are not known, and for a measurement.
    /// </summary>
    public bool Exact { get; init; } = true;

    /// <summary>What the value measures.</summary>
    public required BoundKind Kind { get; init; }

    /// <summary>
    /// K: the prompts that it says can be memorised, of which the value is the expected accuracy; null if it counts something
    /// else.
    /// </summary>
    public long? Prompts { get; init; }

    /// <summary>What it counts: prompts where it is about so many, otherwise what the value measures.</summary>
    public BoundKind Counts => Prompts is null ? Kind : BoundKind.Prompts;

    /// <summary>How many of <see cref="Counts"/>; null if that is unknown, and for an order.</summary>
    public double? Count => Prompts ?? Value;

    /// <summary>
    /// What it says in bits per parameter, a look-up of one of N tokens being log2 N bits; null if it says nothing of bits or
    /// the parameters are not known.
    /// </summary>
    public double? BitsPerParameter { get; init; }

    /// <summary>
    /// The value; null if it is unknown: no law, too many prompts, an order, or a statement that says nothing here.
    /// </summary>
    public required double? Value { get; init; }

    /// <summary>The formula, in one line.</summary>
    public required string Statement { get; init; }

    /// <summary>What the statement assumes, in one sentence.</summary>
    public required string Conditions { get; init; }

    /// <summary>Which condition does not hold here, in one sentence; null if all do.</summary>
    public string? Violation { get; init; }

    /// <summary>
    /// Whether the conditions hold here; a value is shown all the same where they do not, and marked so. Null where there is no
    /// value to hold, since the law is not known or too large, and where a statement's conditions are not all known.
    /// </summary>
    public bool? Holds => Violation is not null ? false : Value is null || !ConditionsKnown ? null : true;

    /// <summary>
    /// Whether all its conditions are known: not those of a statement of which only the abstract was read.
    /// </summary>
    public bool ConditionsKnown { get; init; } = true;

    /// <summary>Whether it is about models of another kind than the one at hand, though its conditions may hold.</summary>
    internal bool IsOfOthers { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }
}
