namespace NGram.ML.Bounds;

/// <summary>The publications that the bounds come from.</summary>
internal static class BoundSources
{
    public const string Paper =
        "Dana, Pydi, Chevaleyre, Memorization in Attention-only Transformers, AISTATS 2025 (arXiv 2411.10115)";

    public const string Mahdavi =
        "Mahdavi, Liao, Thrampoulidis, Memorization Capacity of Multi-Head Attention in Transformers, ICLR 2024, Theorem 1";

    public const string Kim = "Kim, Kim, Mozafari, Provable Memorization Capacity of Transformers, ICLR 2023";

    public const string Madden =
        "Madden, Fox, Thrampoulidis, Next-token prediction capacity: general upper bounds and a lower bound for transformers, "
        + "2024";
}
