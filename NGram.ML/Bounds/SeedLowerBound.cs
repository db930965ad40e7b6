namespace NGram.ML.Bounds;

/// <summary>
/// The notebook's lower bound: an attention-only transformer can memorise K = H d_h contexts, so some weights reach the
/// accuracy phi(K). Stated for one layer with per-head projections, d &gt;= 2 and d_h &lt;= d; Corollary 2 is its final form.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), as their notebook draws it.</remarks>
public static class SeedLowerBound
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "seedLowerBound";

    /// <summary>K = H d_h.</summary>
    public static long Contexts(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (long)setting.Heads * setting.HeadDimension;
    }

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        long contexts = Contexts(setting);
        return new()
        {
            Name = Name,
            Title = "Our Lower bound",
            Side = BoundSide.Below,
            Kind = BoundKind.Accuracy,
            Prompts = contexts,
            Value = setting.Memorised?.For(contexts),
            BitsPerParameter = setting.BitsPerParameter(contexts),
            Statement = FormattableString.Invariant($"φ(K), K = H·d_h = {contexts}"),
            Conditions = "One layer, per-head projections, d ≥ 2, d_h ≤ d; N ≥ d, or no more prompts than the proof's rank, "
                + "and the same of the tokens that there are if not all N^S sequences are prompts.",
            Violation = setting.HeadDimension > setting.EmbeddingDimension && setting.ModelViolation is null
                ? FormattableString.Invariant($"d_h = {setting.HeadDimension} is above d = {setting.EmbeddingDimension}.")
                : setting.ViolationFor(contexts),
            Source = BoundSources.Paper + ", as the notebook draws it",
        };
    }
}
