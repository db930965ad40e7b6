namespace NGram.ML.Bounds;

/// <summary>The publications that the bounds come from.</summary>
internal static class BoundSources
{
    public const string Paper =
        "Dana, Pydi, Chevaleyre, Memorization in Attention-only Transformers, AISTATS 2025 (arXiv 2411.10115)";

    public const string Mahdavi =
        "Mahdavi, Liao, Thrampoulidis, Memorization Capacity of Multi-Head Attention in Transformers, ICLR 2024, Theorem 1";

    public const string Kim = "Kim, Kim, Mozafari, Provable Memorization Capacity of Transformers, ICLR 2023, abstract";

    public const string Madden =
        "Madden, Fox, Thrampoulidis, Next-token prediction capacity: general upper bounds and a lower bound for transformers, "
        + "2024 (arXiv 2405.13718), abstract";

    public const string Kajitsuka =
        "Kajitsuka, Sato, On the Optimal Memorization Capacity of Transformers, 2024 (arXiv 2409.17677), abstract";

    public const string Nichani =
        "Nichani, Lee, Bietti, Understanding Factual Recall in Transformers via Associative Memories, 2024 (arXiv 2412.06538), "
        + "abstract";

    public const string Adler = "Adler, 2025 (arXiv 2509.22840), abstract";

    public const string Yang = "Yang, Srebro, Li, COLT 2026, abstract";

    public const string Giorlandino = "Giorlandino, Goldt, Maillard, 2026 (arXiv 2605.10795), abstract";

    public const string Morris = "Morris et al., How much do language models memorize?, 2025 (arXiv 2505.24832), abstract";

    public const string AllenZhu = "Allen-Zhu, Li, Physics of Language Models, Part 3.3, 2024 (arXiv 2404.05405), abstract";

    public const string Liu = "Liu, 2026, abstract";
}
