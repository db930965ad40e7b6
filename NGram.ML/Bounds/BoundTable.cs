using Microsoft.Data.Analysis;

namespace NGram.ML.Bounds;

/// <summary>Statements side by side: what is proved, from which side, and what is only measured.</summary>
internal static class BoundTable
{
    /// <summary>
    /// Columns Name, Side (below, above, sharp, measured), Exact (true, false: an order or a measurement), Counts, Value (empty
    /// where unknown and for an order), BitsPerParameter, Holds (true, false, unknown), Conditions, Source, and then Title,
    /// Statement and Violation: which condition does not hold. A row each.
    /// </summary>
    public static DataFrame Create(IReadOnlyList<Bound> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        StringDataFrameColumn Text(string name, Func<Bound, string?> value) => new(name, bounds.Select(value));
        return new DataFrame(
            Text("Name", bound => bound.Name),
            Text("Side", bound => Word(bound.Side)),
            Text("Exact", bound => bound.Exact ? "true" : "false"),
            Text("Counts", bound => Word(bound.Counts)),
            new DoubleDataFrameColumn("Value", bounds.Select(bound => bound.Count)),
            new DoubleDataFrameColumn("BitsPerParameter", bounds.Select(bound => bound.BitsPerParameter)),
            Text("Holds", bound => bound.Holds switch { true => "true", false => "false", null => "unknown" }),
            Text("Conditions", bound => bound.Conditions),
            Text("Source", bound => bound.Source),
            Text("Title", bound => bound.Title),
            Text("Statement", bound => bound.Statement),
            Text("Violation", bound => bound.Violation));
    }

    /// <summary>The word of a table for a side or for what is counted.</summary>
    internal static string Word(Enum value) => value.ToString().ToLowerInvariant();

    /// <summary>
    /// What a side says, for readers: of a divergence, which is better where it is smaller, above and below read backwards.
    /// </summary>
    internal static string Phrase(BoundSide side) => side switch
    {
        BoundSide.Below => "some model can",
        BoundSide.Above => "no model can do better",
        BoundSide.Sharp => "both, up to constants",
        _ => "measured elsewhere",
    };
}
