namespace NGram.ML.Bounds;

/// <summary>Accuracy of guessing: 1/N. Holds for every law of the tokens.</summary>
public static class ChanceAccuracy
{
    /// <summary>The name in summaries.</summary>
    public const string Name = "chance";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return new()
        {
            Name = Name,
            Title = "Random baseline",
            Side = BoundSide.Below,
            Kind = BoundKind.Accuracy,
            Value = 1.0 / setting.VocabularySize,
            Statement = "1/N",
            Conditions = "None.",
            Source = "Expected accuracy of a uniform guess",
        };
    }
}
