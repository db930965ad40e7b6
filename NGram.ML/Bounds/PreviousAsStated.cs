namespace NGram.ML.Bounds;

/// <summary>
/// The previous lower bound as its authors state it: H heads memorise K = H (r - 1) + 1 contexts, r = min(S, d_h).
/// Stated for one layer of multi-head attention with per-head projections and inputs in general position.
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
            Kind = BoundKind.Accuracy,
            Value = setting.Memorised?.For(contexts),
            Statement = FormattableString.Invariant($"φ(K), K = H·(min(S, d_h) − 1) + 1 = {contexts}"),
            Conditions = "One layer, per-head projections, inputs in general position.",
            Violation = setting.ModelViolation,
            Source = BoundSources.Mahdavi,
        };
    }
}
