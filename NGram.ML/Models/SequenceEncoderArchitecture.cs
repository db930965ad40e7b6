using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.ML.Models;

/// <summary>A sequence encoder for a vocabulary, an order and a context window.</summary>
public sealed record SequenceEncoderArchitecture : Architecture
{
    /// <summary>Dimension and precision.</summary>
    public required SequenceEncoderOptions Options { get; init; }

    /// <inheritdoc/>
    public override ModelPrecision Precision => Options.Precision;

    /// <summary>Number of contexts, N^(n-1): rows of the embedding.</summary>
    /// <exception cref="OverflowException">There are more than 2^63.</exception>
    public long Contexts
    {
        get
        {
            long contexts = 1;
            for (int i = 1; i < Order; i++)
                contexts = checked(contexts * VocabularySize);
            return contexts;
        }
    }

    /// <inheritdoc/>
    internal override int Dimension => Options.EmbeddingDimension;

    /// <inheritdoc/>
    internal override (double Products, double Values) WorkOfLayers(IReadOnlyList<double> prefixes) => (0, 0);

    /// <inheritdoc/>
    internal override double TrainingBytes(int batchSize) =>
        (ContextIndex.Count(VocabularySize, Order - 1) + VocabularySize) * Options.EmbeddingDimension * BytesOfParameter
        + (double)batchSize * ScoredPositions * (VocabularySize + Options.EmbeddingDimension) * 2 * BytesOfActivation;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long[] Shape)> Parameters =>
    [
        ("word_emb.weight", [Contexts, Options.EmbeddingDimension]),
        ("unemb.weight", [VocabularySize, Options.EmbeddingDimension]),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Options.Validate();
        double values = ContextIndex.Count(VocabularySize, Order - 1) * Options.EmbeddingDimension;
        Require.That(
            values <= Array.MaxLength,
            nameof(Order),
            Order,
            $"so small that the {VocabularySize}^(order - 1) contexts have an embedding in memory");
    }

    /// <inheritdoc/>
    internal override string BlockOf(string parameter) => parameter == "word_emb.weight" ? "Context embeddings" : "Unembedding";

    /// <inheritdoc/>
    internal override NextTokenModel CreateModel() => new SequenceEncoder(this);
}
