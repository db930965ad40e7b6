namespace NGram.ML.Bounds;

/// <summary>
/// A statement up to constants: it has no value, no line and no bits, and its statement shows what stands inside the order.
/// </summary>
internal static class BoundOrder
{
    /// <summary>The conditions of a statement of which only the abstract was read.</summary>
    public const string UnreadConditions = "Those of its source, of which only the abstract was read.";

    /// <summary>The statement, without name, conditions and source.</summary>
    /// <param name="side">On which side it is.</param>
    /// <param name="counts">What it counts.</param>
    /// <param name="formula">What stands inside the order.</param>
    /// <param name="number">The formula's number here, constants left out; null: not known.</param>
    public static Bound Of(BoundSide side, BoundKind counts, string formula, double? number) => new()
    {
        Name = "",
        Title = "",
        Side = side,
        Exact = false,
        Kind = counts,
        Value = null,
        Statement = number is { } known
            ? FormattableString.Invariant($"of the order {formula} ({known:G4} here), up to constants")
            : $"of the order {formula}, up to constants",
        Conditions = "",
        ConditionsKnown = false,
        Source = "",
    };
}
