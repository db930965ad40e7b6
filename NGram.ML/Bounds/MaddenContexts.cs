namespace NGram.ML.Bounds;

/// <summary>
/// For arbitrary laws of the next token a model with P parameters interpolates of the order P / (N - 1) contexts, each of which
/// has N - 1 free probabilities: no more, and a transformer as many. Look-up tables are not arbitrary and may exceed it.
/// </summary>
/// <remarks>Source: Madden, Fox, Thrampoulidis 2024, of which the abstract was read.</remarks>
public static class MaddenContexts
{
    /// <summary>The name in tables.</summary>
    public const string Name = "maddenContexts";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double? order = setting.VocabularySize > 1 ? (double?)setting.Parameters / (setting.VocabularySize - 1) : null;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Contexts, "P / (N − 1)", order) with
        {
            Name = Name,
            Title = "Contexts of arbitrary laws",
            Conditions = "No model of any kind can do better, some transformer can; arbitrary laws of the next token.",
            Violation = setting.Memorised is { IsLookUp: true }
                ? "The law is a look-up table, of which more may be memorised."
                : null,
            Source = BoundSources.Madden,
        };
    }
}
