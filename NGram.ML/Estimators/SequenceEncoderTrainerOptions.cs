using NGram.ML.Models;

namespace NGram.ML.Estimators;

/// <summary>The model and the training of a sequence encoder. The defaults learn; none needs to be set.</summary>
public sealed record SequenceEncoderTrainerOptions : NextTokenOptions
{
    internal const int DefaultEmbeddingDimension = 32;

    /// <summary>Options with the defaults.</summary>
    public SequenceEncoderTrainerOptions()
    {
    }

    /// <summary>A model with every setting of its architecture.</summary>
    internal SequenceEncoderTrainerOptions(SequenceEncoderOptions model, NextTokenOptions rest) : base(rest)
    {
        EmbeddingDimension = model.EmbeddingDimension;
        Precision = model.Precision;
    }

    /// <inheritdoc cref="SequenceEncoderOptions.EmbeddingDimension"/>
    public int EmbeddingDimension { get; init; } = DefaultEmbeddingDimension;

    /// <inheritdoc cref="SequenceEncoderOptions.Precision"/>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>The architecture's part.</summary>
    internal SequenceEncoderOptions Model => new() { EmbeddingDimension = EmbeddingDimension, Precision = Precision };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Model.Validate();
    }
}
