namespace NGram.ML.Bounds;

/// <summary>
/// The previous lower bound as its authors state it: H heads memorise K = H (r - 1) + 1 contexts, r = min(S, d_h).
/// Stated for one layer of multi-head attention with per-head projections, S &lt; d, contexts of rank S and queries of Kruskal
/// rank at least S: any S of them independent. A query is that of the last token, so from S = 2 on prompts that end in the same
/// token break it, as they do in every law with more prompts than tokens.
/// </summary>
/// <remarks>Source: Mahdavi, Liao, Thrampoulidis 2024, Theorem 1.</remarks>
public static class PreviousAsStated
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "previousAsStated";

    /// <summary>K = H (min(S, d_h) - 1) + 1.</summary>
    public static long Contexts(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (long)setting.Heads * (Math.Min(setting.PromptLength, setting.HeadDimension) - 1) + 1;
    }

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        long contexts = Contexts(setting);
        return new()
        {
            Name = Name,
            Title = "Previous lower bound (stated)",
            Side = BoundSide.Below,
            Kind = BoundKind.Accuracy,
            Prompts = contexts,
            Value = setting.Memorised?.For(contexts),
            BitsPerParameter = setting.BitsPerParameter(contexts),
            Statement = FormattableString.Invariant($"φ(K), K = H·(min(S, d_h) − 1) + 1 = {contexts}"),
            Conditions =
                "One layer, per-head projections, d ≥ 2, S < d, contexts of rank S, queries of Kruskal rank at least S.",
            Violation = ViolationIn(setting),
            Source = BoundSources.Mahdavi,
        };
    }

    /// <summary>Which condition does not hold; null if they do.</summary>
    internal static string? ViolationIn(BoundSetting setting) =>
        setting.ModelViolation
        ?? (setting.PromptLength >= setting.EmbeddingDimension
                ? FormattableString.Invariant($"S = {setting.PromptLength} is not below d = {setting.EmbeddingDimension}.")
            : setting.PromptLength >= 2
            && (setting.SharesLastTokens ?? setting.Memorised?.Prompts > setting.VocabularySize) == true
                ? "Prompts that end in the same token have one query, so two of the queries are not independent."
            : null);
}
