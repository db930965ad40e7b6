namespace NGram.ML.Bounds;

/// <summary>
/// The infimum of the divergence over sequence encoders of dimension d, below which no transformer of that dimension gets
/// (Proposition 1): 0 when d &gt;= N - 1 (Proposition 2), and 0 when every context has one possible next token and d &gt;= 2
/// (Proposition 3; approached, not attained). Elsewhere it is unknown: a search finds what is at least the infimum, and a trained
/// sequence encoder estimates it.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Propositions 1 to 3.</remarks>
public static class OptimalDivergence
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "optimalDivergence";

    /// <summary>The name in a summary, where <see cref="Name"/> is the trained baseline that estimates it.</summary>
    internal const string InfimumName = "infimumDivergence";

    /// <summary>The bound's value for a setting; unknown where neither proposition gives it.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        int d = setting.EmbeddingDimension;
        if (setting.FoundOptimum is { } found and not 0)
            return Found(found);
        bool wide = d >= setting.VocabularySize - 1, lookUp = d >= 2 && setting.Memorised is { IsLookUp: true };
        return new()
        {
            Name = Name,
            Title = "Infimum over sequence encoders",
            Side = BoundSide.Above,
            Kind = BoundKind.Divergence,
            Value = wide || lookUp ? 0 : null,
            Statement = "inf over sequence encoders of dimension d = 0",
            Conditions = "d ≥ N − 1 (Proposition 2), or one possible next token a context and d ≥ 2 (Proposition 3).",
            Violation = wide || lookUp || d >= 2 && setting.Memorised is null ? null : FormattableString.Invariant(
                $"d = {d} is below N − 1 = {setting.VocabularySize - 1}, and the law is not known to be a look-up table."),
            Source = BoundSources.Paper + (wide ? ", Proposition 2" : ", Proposition 3"),
        };
    }

    private static Bound Found(double divergence) => new()
    {
        Name = Name,
        Title = "Best sequence encoder",
        Side = BoundSide.Above,
        Exact = false,
        Kind = BoundKind.Divergence,
        Value = divergence,
        Statement = "inf over sequence encoders of dimension d, found by descent from several starts",
        Conditions = "None, where the search has found the infimum; it is at most this.",
        ConditionsKnown = false,
        Source = BoundSources.Paper + ", Proposition 1",
    };
}
