namespace NGram.ML.Bounds;

/// <summary>
/// The VC dimension of a transformer of L layers and W weights on T tokens is O(L W log(T W)) and Omega(L W log(T W / L)): no
/// more prompts than that can have any labels, the only rigorous ceiling on memory by argmax. An order.
/// </summary>
/// <remarks>Source: Yang, Srebro, Li, COLT 2026, of which the abstract was read.</remarks>
internal static class YangLabels
{
    /// <summary>The name in tables.</summary>
    public const string Name = "yangLabels";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double layers = setting.Layers, tokens = setting.PromptLength;
        double? order = setting.Parameters is { } weights ? layers * weights * Math.Log(tokens * weights) : null;
        return BoundOrder.Of(BoundSide.Above, BoundKind.Labels, "L·W·log(T·W)", order) with
        {
            Name = Name,
            Title = "Labels by the VC dimension",
            Conditions = "Transformers of L layers and W weights on T tokens. " + BoundOrder.UnreadConditions,
            Source = BoundSources.Yang,
        };
    }
}
