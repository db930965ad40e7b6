namespace NGram.ML.Bounds;

/// <summary>
/// Theorem 1: where d_h H + d &gt;= T_eps and every probability of the law is positive, an attention-only transformer with
/// d (S + 2N + 4 d_h H) parameters is within C eps |W_E| + gamma of the infimum over sequence encoders, for any gamma &gt; 0. The
/// value is that number for eps = 0, as the theorem counts this model.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Theorem 1.</remarks>
internal static class Theorem1Parameters
{
    /// <summary>The name in tables.</summary>
    public const string Name = "theorem1Parameters";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        long room = Corollary2.Contexts(setting), d = setting.EmbeddingDimension;
        return new()
        {
            Name = Name,
            Title = "Parameters for the optimal divergence",
            Side = BoundSide.Below,
            Kind = BoundKind.Parameters,
            Value = setting.Memorised is null || setting.Rows is null
                ? null
                : d * (setting.PromptLength + 2.0 * setting.VocabularySize + 4 * (room - d)),
            Statement = FormattableString.Invariant($"d(S + 2N + 4·d_h·H), with H·d_h + d = {room} ≥ T₀"),
            Conditions = "One layer, per-head projections, d ≥ 2, every probability positive, H·d_h + d ≥ T₀.",
            Violation = setting.ModelViolation
                ?? (setting.Rows is { HasFullSupport: false } ? "Some tokens have the probability 0 after some contexts."
                    : setting.Memorised?.Prompts > room ? FormattableString.Invariant(
                        $"H·d_h + d = {room} is below T₀ = {setting.Memorised.Prompts:G15}.")
                    : setting.ViolationFor(room)),
            Source = BoundSources.Paper + ", Theorem 1",
        };
    }
}
