using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Constructions;
using NGram.ML.Models;

namespace NGram.ML.Estimators.Solved;

/// <summary>What is built, and the columns that it reads and adds.</summary>
public sealed record ConstructedTransformerOptions
{
    /// <summary>The law that the model is to hold. Its tokens are the ids 0 to N - 1.</summary>
    public required INGramDistribution Distribution { get; init; }

    /// <summary>How the weights are built.</summary>
    public ConstructionMethod Method { get; init; } = ConstructionMethod.Theorem;

    /// <summary>
    /// The model: the paper's projections, in double, unless another is given. Of the n-gram construction the precision alone
    /// counts.
    /// </summary>
    public TransformerOptions Model { get; init; } = new()
    {
        Projections = Projections.PerHead,
        Precision = ModelPrecision.Float64,
    };

    /// <summary>Of the random embeddings and matrices.</summary>
    public int Seed { get; init; } = 2222;

    /// <summary>The key that the model predicts.</summary>
    public string LabelColumnName { get; init; } = SequenceColumns.Label;

    /// <summary>The vector of S keys that the model sees.</summary>
    public string ContextColumnName { get; init; } = SequenceColumns.Context;

    /// <summary>The added column of N probabilities.</summary>
    public string ScoreColumnName { get; init; } = PredictionColumns.Score;

    /// <summary>The added column of the most probable token, a key of the label's type.</summary>
    public string PredictedLabelColumnName { get; init; } = PredictionColumns.PredictedLabel;
}
