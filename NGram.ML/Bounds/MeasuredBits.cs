namespace NGram.ML.Bounds;

/// <summary>
/// Bits a parameter as others measured them on other models: for orientation, with no claim that this model holds as many.
/// </summary>
internal static class MeasuredBits
{
    /// <summary>The measurements for a setting.</summary>
    public static IReadOnlyList<Bound> For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return
        [
            Of(setting, "gptBits", "Bits of random data in GPTs", 3.6, "GPTs trained on random data.", BoundSources.Morris),
            Of(setting, "knowledgeBits", "Bits of knowledge in GPTs", 2, "GPTs trained on made-up facts.", BoundSources.AllenZhu),
            Of(setting, "mlpBits", "Bits in a two-layer MLP", 2.4, "Two-layer MLPs.", BoundSources.Liu),
        ];
    }

    private static Bound Of(BoundSetting setting, string name, string title, double rate, string models, string source) => new()
    {
        Name = name,
        Title = title,
        Side = BoundSide.Measured,
        Exact = false,
        Kind = BoundKind.Bits,
        Value = rate * setting.Parameters,
        BitsPerParameter = rate,
        Statement = FormattableString.Invariant($"{rate} bits a parameter"),
        Conditions = "Measured on other models: " + models,
        ConditionsKnown = false,
        Source = source,
    };
}
