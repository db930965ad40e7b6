namespace NGram.ML.Bounds;

/// <summary>A bound or baseline as a value with a name, which summaries, metrics and charts read.</summary>
public sealed record Bound
{
    /// <summary>The name in summaries and metrics, in camel case.</summary>
    public required string Name { get; init; }

    /// <summary>The name in a legend.</summary>
    public required string Title { get; init; }

    /// <summary>What the value measures.</summary>
    public required BoundKind Kind { get; init; }

    /// <summary>The value; null where it is unknown: no law, too many prompts, or a statement that says nothing here.</summary>
    public required double? Value { get; init; }

    /// <summary>The formula, in one line.</summary>
    public required string Statement { get; init; }

    /// <summary>What the statement assumes, in one sentence.</summary>
    public required string Conditions { get; init; }

    /// <summary>Which condition does not hold here, in one sentence; null where all do.</summary>
    public string? Violation { get; init; }

    /// <summary>
    /// Whether the conditions hold here; a value is shown all the same where they do not, and marked so. Null where there is no
    /// value to hold, since the law is not known or too large.
    /// </summary>
    public bool? Holds => Violation is not null ? false : Value is null ? null : true;

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }
}
