namespace NGram.ML.Bounds;

/// <summary>
/// Memorising T0 prompts takes a number of parameters of the order sqrt(T0), up to logarithms: so many suffice, and so many are
/// needed. An order.
/// </summary>
/// <remarks>Source: Kajitsuka, Sato 2024 (arXiv 2409.17677), of which the abstract was read.</remarks>
internal static class KajitsukaPrompts
{
    /// <summary>The name in tables.</summary>
    public const string Name = "kajitsukaPrompts";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double? order = (double?)setting.Parameters * setting.Parameters;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Prompts, "P², T₀ prompts in √T₀ parameters", order) with
        {
            Name = Name,
            Title = "Prompts by the square of the parameters",
            Conditions = "Up to logarithms; real-valued parameters: b bits each hold no more than by counting. "
                + BoundOrder.UnreadConditions,
            Source = BoundSources.Kajitsuka,
        };
    }
}
