namespace NGram.ML.Bounds;

/// <summary>
/// Attention that recognises m relations among items takes a total key dimension H d_h of the order m log m / d: the only
/// statement on the query and key matrices. An order.
/// </summary>
/// <remarks>Source: Adler 2025 (arXiv 2509.22840), of which the abstract was read.</remarks>
internal static class AdlerRelations
{
    /// <summary>The name in tables.</summary>
    public const string Name = "adlerRelations";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double order = (double)setting.EmbeddingDimension * setting.Heads * setting.HeadDimension;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Relations, "m with m log m = d·H·d_h", order) with
        {
            Name = Name,
            Title = "Relations by the total key dimension",
            Conditions = BoundOrder.UnreadConditions,
            Source = BoundSources.Adler,
        };
    }
}
