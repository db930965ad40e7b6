using NGram.Data.Distributions;
using NGram.ML.Models;

namespace NGram.ML.Bounds;

/// <summary>What the bounds read of a model and of the law it is trained on.</summary>
public sealed record BoundSetting
{
    /// <summary>N: number of different tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>S: tokens of a prompt.</summary>
    public required int PromptLength { get; init; }

    /// <summary>d: dimension of the residual stream.</summary>
    public required int EmbeddingDimension { get; init; }

    /// <summary>H: parallel heads of one layer, sub-heads counted.</summary>
    public required int Heads { get; init; }

    /// <summary>d_h: dimension of a head, of a sub-head where there are any.</summary>
    public required int HeadDimension { get; init; }

    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether all heads share one compression to another dimension than d.</summary>
    public bool Compresses { get; init; }

    /// <summary>k: number of parameters in the forward pass; null if it is not known.</summary>
    public long? Parameters { get; init; }

    /// <summary>b: bits that a parameter is held in.</summary>
    public int BitsOfParameter { get; init; } = 32;

    /// <summary>Width of the MLP after the attention; 0: none.</summary>
    public int MlpWidth { get; init; }

    /// <summary>Accuracy by number of memorised contexts; null if the law is unknown or has too many prompts.</summary>
    public MemorisedAccuracy? Memorised { get; init; }

    /// <summary>Whether two prompts end in the same token; null if the law is unknown or has too many prompts.</summary>
    public bool? SharesLastTokens { get; init; }

    /// <summary>The dimensions of the law's prompts; null if the law is unknown or has too many prompts.</summary>
    internal PromptSpan? Span { get; init; }

    /// <summary>What the theorems ask of the law's rows; null if the law is unknown or has too many contexts.</summary>
    public RowShapes? Rows { get; init; }

    /// <summary>The least divergence that a search over sequence encoders found, in nats; null: there was none.</summary>
    public double? FoundOptimum { get; init; }

    /// <summary>What that search tends to if the infimum is at infinity, an estimate; null if it is attained.</summary>
    public double? FoundLimit { get; init; }

    /// <summary>
    /// Conditional entropy of the next token, in nats: of a training the mean over the scored positions, of an evaluation that of
    /// the label; null if the law is unknown.
    /// </summary>
    public double? Entropy { get; init; }

    /// <summary>The setting of a model whose law is not known, or given apart.</summary>
    /// <param name="architecture">The model.</param>
    public static BoundSetting Of(TransformerArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var options = architecture.Options;
        return Common(architecture) with
        {
            Heads = checked(options.Heads * options.SubHeads),
            HeadDimension = options.HeadDimension / options.SubHeads,
            Layers = options.Layers,
            Compresses = architecture.Compresses,
            MlpWidth = options.HasMlp ? options.MlpWidth : 0,
        };
    }

    /// <summary>The setting of any model: without heads where it is not a transformer.</summary>
    internal static BoundSetting Of(Architecture architecture) =>
        architecture is TransformerArchitecture transformer ? Of(transformer) : Common(architecture);

    /// <summary>The same model under a law; null: none is known.</summary>
    internal BoundSetting Under(INGramDistribution? distribution, Func<INGramDistribution, double> entropy)
    {
        if (distribution is null)
            return this;
        var span = PromptSpan.Of(distribution, PromptLength, EmbeddingDimension);
        return this with
        {
            Memorised = MemorisedAccuracy.Of(distribution, PromptLength),
            SharesLastTokens = span?.SharesLastTokens,
            Span = span,
            Rows = RowShapes.Of(distribution, PromptLength),
            Entropy = entropy(distribution),
        };
    }

    internal bool HasMlp => MlpWidth > 0;

    /// <summary>Whether it is a transformer, which all statements on heads are about.</summary>
    internal bool HasHeads => Heads > 0;

    /// <summary>Bits that so many look-ups of one of N tokens are, by parameter; null where these are not known.</summary>
    internal double? BitsPerParameter(double lookUps) => lookUps * Math.Log2(VocabularySize) / Parameters;

    /// <summary>Which condition on the model, common to the bounds on memorisation, does not hold; null if they do.</summary>
    internal string? ModelViolation =>
        Layers > 1 ? FormattableString.Invariant($"It is stated for one layer; this model has {Layers}.")
        : Compresses ? "It is stated for per-head projections; this model's heads share one compression to another dimension."
        : EmbeddingDimension < 2 ? "With d = 1 at most three tokens can ever win; it needs d = 2 at least."
        : null;

    /// <summary>
    /// The rank of what the heads and the skip connection read of the prompts, for almost all embeddings and matrices:
    /// H min(d_h, d, N + S - 2) + min(d, N) of all N^S prompts, and no more than this of some (<see cref="PromptSpan"/>). The
    /// proofs of the bounds on memorisation need it to be the number of prompts; the paper does not state that fewer tokens
    /// than dimensions limit it. Prompts of one token are memorised without.
    /// </summary>
    internal double GenericRank => PromptLength == 1
        ? double.PositiveInfinity
        : (double)Heads * Math.Min(Math.Min(HeadDimension, EmbeddingDimension), PromptsSpan.Dimensions)
            + Math.Min(EmbeddingDimension, PromptsSpan.LastTokens);

    private PromptSpan PromptsSpan => Span ?? PromptSpan.OfAll(VocabularySize, PromptLength);

    /// <summary>
    /// Which condition of a bound that promises so many prompts, or all where there are fewer, does not hold; null if all do.
    /// </summary>
    internal string? ViolationFor(double promised) =>
        ModelViolation ?? (Math.Min(promised, Memorised?.Prompts ?? promised) <= GenericRank ? null
            : PromptsSpan.IsWhole ? FormattableString.Invariant(
                $"With N = {VocabularySize} below d = {EmbeddingDimension} the proof's rank is {GenericRank:G15} at most.")
            : FormattableString.Invariant(
                $"The prompts end in {PromptsSpan.LastTokens} different tokens: only a rank of {GenericRank:G15} is certain."));

    private static BoundSetting Common(Architecture architecture) => new()
    {
        VocabularySize = architecture.VocabularySize,
        PromptLength = architecture.PromptLength,
        EmbeddingDimension = architecture.Dimension,
        Heads = 0,
        HeadDimension = 0,
        Parameters = architecture.ParameterCount,
        BitsOfParameter = architecture.Precision == ModelPrecision.Float64 ? 64 : 32,
    };
}
