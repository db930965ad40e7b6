namespace NGram.ML.Bounds;

/// <summary>
/// P parameters of b bits make at most 2^(bP) models, and K prompts have N^K look-up tables: a model that can be given any of
/// these tables has K at most bP / log2 N. Holds for every model, exactly, and far above what any is known to hold.
/// </summary>
internal static class CountingPrompts
{
    /// <summary>The name in tables.</summary>
    public const string Name = "countingPrompts";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        int bits = setting.BitsOfParameter;
        return new()
        {
            Name = Name,
            Title = "Look-ups by counting models",
            Side = BoundSide.Above,
            Kind = BoundKind.Prompts,
            Value = setting.VocabularySize > 1 ? bits * setting.Parameters / Math.Log2(setting.VocabularySize) : null,
            BitsPerParameter = bits,
            Statement = FormattableString.Invariant($"b·P / log₂ N, b = {bits} bits a parameter"),
            Conditions = "None: prompts whose answers may be any.",
            Source = "There are 2^(bP) models and N^K tables",
        };
    }
}
