namespace NGram.ML.Bounds;

/// <summary>
/// Corollary 1: an attention-only transformer of embedding dimension 2 with 2 (S + 2N + 4 (T0 - 2)) parameters can memorise
/// all T0 contexts. Stated for one layer with per-head projections; T0 is at least 2.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Corollary 1.</remarks>
public static class Corollary1Parameters
{
    /// <summary>The name in tables.</summary>
    public const string Name = "corollary1Parameters";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double? prompts = setting.Memorised is { Prompts: >= 2 and var count } ? count : null;
        double? parameters = 2 * (setting.PromptLength + 2.0 * setting.VocabularySize + 4 * (prompts - 2));
        return new()
        {
            Name = Name,
            Title = "Parameters for all contexts",
            Side = BoundSide.Below,
            Kind = BoundKind.Parameters,
            Value = parameters,
            BitsPerParameter = prompts * Math.Log2(setting.VocabularySize) / parameters,
            Statement = "2(S + 2N + 4(T₀ − 2))",
            IsOfOthers = true,
            Conditions = "Another model: d = 2, one layer, per-head projections; T₀ ≥ 2.",
            Source = BoundSources.Paper + ", Corollary 1",
        };
    }
}
