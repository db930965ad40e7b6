namespace NGram.ML.Bounds;

/// <summary>A linear associative memory, a d x d matrix, stores of the order d^2 facts. An order.</summary>
/// <remarks>Source: Nichani, Lee, Bietti 2024 (arXiv 2412.06538), of which the abstract was read.</remarks>
internal static class NichaniLinear
{
    /// <summary>The name in tables.</summary>
    public const string Name = "nichaniLinear";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double d = setting.EmbeddingDimension;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Facts, "d²", d * d) with
        {
            Name = Name,
            Title = "Facts in a linear memory",
            Conditions =
                "A linear memory; a transformer recalls all where its attention has of the order subjects × relations "
                + "parameters.",
            Source = BoundSources.Nichani,
        };
    }
}
