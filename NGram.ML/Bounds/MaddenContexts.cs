namespace NGram.ML.Bounds;

/// <summary>
/// From above: for arbitrary laws of the next token no model with k parameters interpolates more than about k / (N - 1)
/// contexts, each of which has N - 1 free probabilities. Look-up tables are not arbitrary and may exceed it.
/// </summary>
/// <remarks>Source: Madden, Fox, Thrampoulidis 2024.</remarks>
public static class MaddenContexts
{
    /// <summary>The name in tables.</summary>
    public const string Name = "maddenContexts";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return new()
        {
            Name = Name,
            Title = "Contexts of arbitrary laws, at most about",
            Kind = BoundKind.Contexts,
            Value = setting.VocabularySize > 1 ? (double?)setting.Parameters / (setting.VocabularySize - 1) : null,
            Statement = "k / (N − 1), k parameters",
            Conditions = "Any model; arbitrary laws of the next token.",
            Violation = setting.Memorised is { IsLookUp: true }
                ? "The law is a look-up table, of which more may be memorised."
                : null,
            Source = BoundSources.Madden,
        };
    }
}
