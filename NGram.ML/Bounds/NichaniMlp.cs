namespace NGram.ML.Bounds;

/// <summary>An MLP of width m as an associative memory stores of the order m d facts. An order.</summary>
/// <remarks>Source: Nichani, Lee, Bietti 2024 (arXiv 2412.06538), of which the abstract was read.</remarks>
internal static class NichaniMlp
{
    /// <summary>The name in tables.</summary>
    public const string Name = "nichaniMlp";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double? order = setting.HasMlp ? (double)setting.MlpWidth * setting.EmbeddingDimension : null;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Facts, "m·d, m the MLP's width", order) with
        {
            Name = Name,
            Title = "Facts in an MLP",
            Conditions =
                "An MLP; a transformer recalls all where its MLP has of the order subjects × relations parameters.",
            Violation = !setting.HasMlp ? "This model has no MLP." : null,
            Source = BoundSources.Nichani,
        };
    }
}
