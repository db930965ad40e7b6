namespace NGram.ML.Bounds;

/// <summary>
/// A linear memory, a d x d matrix between random embeddings, holds p pairs with p log p = d^2 / 2 as both grow: 0.72 bits a
/// parameter. Of the limit, so it has no value at a given d.
/// </summary>
/// <remarks>Source: Giorlandino, Goldt, Maillard 2026 (arXiv 2605.10795), of which the abstract was read.</remarks>
internal static class GiorlandinoPairs
{
    /// <summary>The name in tables.</summary>
    public const string Name = "giorlandinoPairs";

    /// <summary>The statement for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double d = setting.EmbeddingDimension;
        return BoundOrder.Of(BoundSide.Sharp, BoundKind.Pairs, "", null) with
        {
            Name = Name,
            Title = "Pairs in a linear memory",
            BitsPerParameter = 0.72,
            Statement = FormattableString.Invariant($"p log p = d²/2 = {d * d / 2:G4}, in the limit of many pairs"),
            Conditions = "A linear d × d memory; not a transformer.",
            Violation = "This model is not a single matrix.",
            Source = BoundSources.Giorlandino,
        };
    }
}
