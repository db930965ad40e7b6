using NGram.ML.Models;

namespace NGram.ML.Estimators;

/// <summary>The model and the training of an attention transformer. The defaults learn; none needs to be set.</summary>
public sealed record AttentionTransformerOptions : NextTokenOptions
{
    internal const int DefaultEmbeddingDimension = 32, DefaultHeadDimension = 32, DefaultHeads = 8;

    /// <summary>Options with the defaults.</summary>
    public AttentionTransformerOptions()
    {
    }

    /// <summary>A model with every setting of its architecture.</summary>
    internal AttentionTransformerOptions(TransformerOptions model, NextTokenOptions rest) : base(rest)
    {
        EmbeddingDimension = model.EmbeddingDimension;
        HeadDimension = model.HeadDimension;
        Heads = model.Heads;
        SubHeads = model.SubHeads;
        Layers = model.Layers;
        MlpWidth = model.MlpWidth;
        MlpDepth = model.MlpDepth;
        Projections = model.Projections;
        Precision = model.Precision;
    }

    /// <inheritdoc cref="TransformerOptions.EmbeddingDimension"/>
    public int EmbeddingDimension { get; init; } = DefaultEmbeddingDimension;

    /// <inheritdoc cref="TransformerOptions.HeadDimension"/>
    public int HeadDimension { get; init; } = DefaultHeadDimension;

    /// <inheritdoc cref="TransformerOptions.Heads"/>
    public int Heads { get; init; } = DefaultHeads;

    /// <inheritdoc cref="TransformerOptions.SubHeads"/>
    public int SubHeads { get; init; } = 1;

    /// <inheritdoc cref="TransformerOptions.Layers"/>
    public int Layers { get; init; } = 1;

    /// <inheritdoc cref="TransformerOptions.MlpWidth"/>
    public int MlpWidth { get; init; }

    /// <inheritdoc cref="TransformerOptions.MlpDepth"/>
    public int MlpDepth { get; init; } = 1;

    /// <inheritdoc cref="TransformerOptions.Projections"/>
    public Projections Projections { get; init; } = Projections.Shared;

    /// <inheritdoc cref="TransformerOptions.Precision"/>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>The architecture's part.</summary>
    internal TransformerOptions Model => new()
    {
        EmbeddingDimension = EmbeddingDimension,
        HeadDimension = HeadDimension,
        Heads = Heads,
        SubHeads = SubHeads,
        Layers = Layers,
        MlpWidth = MlpWidth,
        MlpDepth = MlpDepth,
        Projections = Projections,
        Precision = Precision,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Model.Validate();
    }
}
