namespace NGram.ML.Bounds;

/// <summary>
/// Theorem 2: some sequence encoder of dimension d has at most the divergence
/// E[(1 - pi(g|t)) (1 + 2C + C D) / (1 - 2C) log((N - 1) / (e^H - 1))], where g is the most probable next token, H the entropy of
/// the context's law, D the L1 distance of that law without g to the uniform one, and C = sqrt(32 log(N + 1) / d) below 1/2.
/// It does not go to 0 with C, and such a C asks for a d for which Proposition 2 gives 0 where N is below about 870.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Theorem 2, with the whole L1 norm.</remarks>
internal static class Theorem2Divergence
{
    /// <summary>The name in tables.</summary>
    public const string Name = "theorem2Divergence";

    /// <summary>The bound's value for a setting.</summary>
    public static Bound For(BoundSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        double least = 128 * Math.Log(setting.VocabularySize + 1);
        bool holds = setting.EmbeddingDimension > least;
        double coherence = Math.Sqrt(32 * Math.Log(setting.VocabularySize + 1) / setting.EmbeddingDimension);
        return new()
        {
            Name = Name,
            Title = "Divergence of some sequence encoder, at most",
            Side = BoundSide.Below,
            Kind = BoundKind.Divergence,
            Value = holds ? setting.Rows?.EncoderDivergence(coherence) : null,
            Statement = "E[(1 − π(g|t)) · (1 + 2C + C·D)/(1 − 2C) · log((N − 1)/(e^H − 1))], C = √(32 log(N + 1)/d)",
            Conditions = "A sequence encoder; C < 1/2, which is d > 128 log(N + 1).",
            Violation = holds
                ? null
                : FormattableString.Invariant($"d = {setting.EmbeddingDimension} is not above 128 log(N + 1) = {least:F0}."),
            Source = BoundSources.Paper + ", Theorem 2",
        };
    }
}
