namespace NGram.ML.Bounds;

/// <summary>
/// The previous lower bound as the paper and the notebook draw it: K = H (d_h - 1) + 1 contexts. The theorem behind it has
/// min(S, d_h) in place of d_h (<see cref="PreviousAsStated"/>), so it proves this only for d_h &lt;= S.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), after Mahdavi, Liao, Thrampoulidis 2024.</remarks>
public static class PreviousAsDrawn
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "previousAsDrawn";

    /// <summary>K = H (d_h - 1) + 1.</summary>
    public static long Contexts(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (long)setting.Heads * (setting.HeadDimension - 1) + 1;
    }

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        long contexts = Contexts(setting);
        return new()
        {
            Name = Name,
            Title = "Previous lower bound",
            Side = BoundSide.Below,
            Kind = BoundKind.Accuracy,
            Prompts = contexts,
            Value = setting.Memorised?.For(contexts),
            BitsPerParameter = setting.BitsPerParameter(contexts),
            Statement = FormattableString.Invariant($"φ(K), K = H·(d_h − 1) + 1 = {contexts}"),
            Conditions = "One layer, per-head projections, d ≥ 2, d_h ≤ S; then those of the previous bound as stated.",
            Violation = setting.ModelViolation is null && setting.HeadDimension > setting.PromptLength
                ? FormattableString.Invariant(
                    $"d_h = {setting.HeadDimension} is above S = {setting.PromptLength}, where its authors state less.")
                : PreviousAsStated.ViolationIn(setting),
            Source = BoundSources.Paper + ", as drawn there",
        };
    }
}
