namespace NGram.ML.Reports;

/// <summary>
/// The mark of a bound that is shown beyond the conditions of its statement: one for charts, tables and terminal.
/// </summary>
internal static class BoundMark
{
    /// <summary>What it means, below a table.</summary>
    public const string Note = "† shown beyond the conditions of its statement";

    /// <summary>A text, marked where the bound's conditions are known not to hold.</summary>
    public static string Mark(string text, bool? holds) => holds == false ? text + " †" : text;
}
