using NGram.ML.Optimum;

namespace NGram.ML.Bounds;

/// <summary>
/// The infimum of the divergence over sequence encoders of dimension d, below which no transformer of that dimension gets
/// (Proposition 1): 0 when d &gt;= N - 1 (Proposition 2), and 0 when every context has one possible next token and d &gt;= 2
/// (Proposition 3; approached, not attained), or at most d / 2 of them (<see cref="ZeroInfimum"/>). Elsewhere it is unknown: a
/// search finds what is at least the infimum, and a trained sequence encoder estimates it.
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
            return Found(found, setting.FoundLimit);
        int? possible = setting.Memorised is { IsLookUp: true } ? 1 : setting.Rows?.MostPossible;
        string? certificate = ZeroInfimum.Statement(d, setting.VocabularySize, possible);
        return new()
        {
            Name = Name,
            Title = "Infimum over sequence encoders",
            Side = BoundSide.Above,
            Kind = BoundKind.Divergence,
            Value = certificate is null ? null : 0,
            Statement = "inf over sequence encoders of dimension d = 0",
            Conditions = "d ≥ N − 1 (Proposition 2), or d ≥ 2s, s possible next tokens a context at most (s = 1: Proposition 3).",
            Violation = certificate is not null || d >= 2 && possible is null ? null : FormattableString.Invariant(
                $"d = {d} is below N − 1 = {setting.VocabularySize - 1} and 2s{(possible is { } s ? $" = {2 * s}" : "")}."),
            Source = BoundSources.Paper + ", Propositions 2 and 3; cyclic polytopes (Gale 1963)",
        };
    }

    private static Bound Found(double divergence, double? limit) => new()
    {
        Name = Name,
        Title = "Best sequence encoder",
        Side = BoundSide.Above,
        Exact = false,
        Kind = BoundKind.Divergence,
        Value = divergence,
        Statement = "inf over sequence encoders of dimension d, found by descent from several starts"
            + (limit is null ? "" : FormattableString.Invariant($"; with larger weights the best tends to about {limit:F4}")),
        Conditions = "None, where the search has found the infimum; it is at most this.",
        ConditionsKnown = false,
        Source = BoundSources.Paper + ", Proposition 1",
    };
}
