namespace NGram.ML.Bounds;

/// <summary>
/// Divergence of the uniform predictor: log N less the conditional entropy of the next token, in nats. Holds for every law;
/// a trained model should be below it.
/// </summary>
public static class UniformDivergence
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "uniformDivergence";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return new()
        {
            Name = Name,
            Title = "Uniform baseline",
            Side = BoundSide.Below,
            Kind = BoundKind.Divergence,
            Value = Math.Log(setting.VocabularySize) - setting.Entropy,
            Statement = "log N − H(next token | context), in nats",
            Conditions = "None.",
            Source = "Divergence of the uniform predictor",
        };
    }
}
