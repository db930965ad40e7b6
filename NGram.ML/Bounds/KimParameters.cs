namespace NGram.ML.Bounds;

/// <summary>
/// Transformers with MLPs memorise T0 contexts with a number of parameters of the order S + N + sqrt(T0 log T0): an order, which
/// says how the number grows and not what it is.
/// </summary>
/// <remarks>Source: Kim, Kim, Mozafari, ICLR 2023, of which the abstract was read.</remarks>
public static class KimParameters
{
    /// <summary>The name in tables.</summary>
    public const string Name = "kimParameters";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double? prompts = setting.Memorised?.Prompts;
        double? order = setting.PromptLength + setting.VocabularySize + prompts switch
        {
            >= 1 and var count => Math.Sqrt(count * Math.Log(count)),
            _ => null,
        };
        return BoundOrder.Of(BoundSide.Below, BoundKind.Parameters, "S + N + √(T₀ log T₀)", order) with
        {
            Name = Name,
            Title = "Parameters for all contexts with MLPs",
            IsOfOthers = true,
            Conditions = "Another model: many layers with MLPs.",
            Violation = !setting.HasMlp ? "This model has no MLP." : null,
            Source = BoundSources.Kim,
        };
    }
}
