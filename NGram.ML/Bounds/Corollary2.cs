namespace NGram.ML.Bounds;

/// <summary>
/// Corollary 2: an attention-only transformer can memorise K = H d_h + d contexts, so some weights reach the accuracy
/// phi(K). The paper assumes d_h &lt;= d; beyond it a head adds no more than rank d, so K = H min(d_h, d) + d. Stated for
/// one layer with per-head projections and d &gt;= 2: with d = 1 the logits are u_t x, and only the largest and the smallest
/// u_t can win (and, at x = 0, the first). With fewer tokens than dimensions the proof gives H min(d_h, d, N + S - 2) + min(d, N)
/// alone, which the paper does not state; of N = 2, S = 3, H = 1, d = d_h = 4 the 8 prompts cannot be memorised if those with one
/// last token have the labels of exclusive or, since the logits' difference times the softmax's sum is a sum over the tokens.
/// Of a subset of the N^S prompts, N in it is replaced by the tokens that are there: those that prompts end in, and those that
/// heads can average.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Corollary 2.</remarks>
public static class Corollary2
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "corollary2";

    /// <summary>K = H min(d_h, d) + d.</summary>
    public static long Contexts(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (long)setting.Heads * Math.Min(setting.HeadDimension, setting.EmbeddingDimension) + setting.EmbeddingDimension;
    }

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        long contexts = Contexts(setting);
        return new()
        {
            Name = Name,
            Title = "Our Lower bound (Corollary 2)",
            Side = BoundSide.Below,
            Kind = BoundKind.Accuracy,
            Prompts = contexts,
            Value = setting.Memorised?.For(contexts),
            BitsPerParameter = setting.BitsPerParameter(contexts),
            Statement = FormattableString.Invariant($"φ(K), K = H·min(d_h, d) + d = {contexts}"),
            Conditions = "One layer, per-head projections, d ≥ 2; N ≥ d, or no more prompts than the proof's rank, "
                + "and the same of the tokens that there are if not all N^S sequences are prompts.",
            Violation = setting.ViolationFor(contexts),
            Source = BoundSources.Paper + ", Corollary 2",
        };
    }
}
