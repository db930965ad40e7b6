namespace NGram.ML.Bounds;

/// <summary>
/// Transformers with MLPs memorise T0 contexts with a number of parameters of the order S + N + sqrt(T0 log T0). The value is
/// that expression; constants and logarithms are left out, so it says how the number grows and not what it is.
/// </summary>
/// <remarks>Source: Kim, Kim, Mozafari, ICLR 2023.</remarks>
public static class KimParameters
{
    /// <summary>The name in tables.</summary>
    public const string Name = "kimParameters";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return new()
        {
            Name = Name,
            Title = "Parameters for all contexts with MLPs, order",
            Kind = BoundKind.Parameters,
            Value = setting.Memorised is { Prompts: >= 1 and var prompts }
                ? setting.PromptLength + setting.VocabularySize + Math.Sqrt(prompts * Math.Log(prompts))
                : null,
            Statement = "S + N + √(T₀ log T₀), up to constants",
            Conditions = "Another model: many layers with MLPs.",
            Source = BoundSources.Kim,
        };
    }
}
