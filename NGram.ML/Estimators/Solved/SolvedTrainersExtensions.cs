using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Estimators;
using NGram.ML.Estimators.Solved;
using NGram.ML.Models;
using static Microsoft.ML.MulticlassClassificationCatalog;

// A user of ML.NET finds them beside the stock trainers, without a using of ours.
namespace Microsoft.ML;

/// <summary>Trainers that find their weights from a known law instead of learning them from data.</summary>
public static class SolvedTrainersExtensions
{
    /// <summary>
    /// The best sequence encoder of a dimension for a known law, found by minimising the divergence over all contexts instead of
    /// trained on a sample: what no transformer of that dimension is better than.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="distribution">The law.</param>
    /// <param name="embeddingDimension">d: dimension of the embeddings. At least 1.</param>
    /// <param name="restarts">Searches from different starts, the best of which counts; null: 4 to 32 by the law's size.</param>
    /// <param name="seed">Of the starts.</param>
    /// <param name="labelColumnName">The key to predict.</param>
    /// <param name="contextColumnName">The vector of S keys before it.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.MulticlassClassification.Trainers.OptimalSequenceEncoder(law, embeddingDimension: 3);
    /// using var best = trainer.Fit(sample);
    /// Console.WriteLine(ml.NGrams.EvaluateExactly(best, law).Divergence);
    /// </code>
    /// </example>
    public static OptimalSequenceEncoderEstimator OptimalSequenceEncoder(
        this MulticlassClassificationTrainers catalog,
        INGramDistribution distribution,
        int embeddingDimension = SequenceEncoderTrainerOptions.DefaultEmbeddingDimension,
        int? restarts = null,
        int seed = 2222,
        string labelColumnName = SequenceColumns.Label,
        string contextColumnName = SequenceColumns.Context)
    {
        var options = new SequenceEncoderTrainerOptions
        {
            LabelColumnName = labelColumnName,
            ContextColumnName = contextColumnName,
            Distribution = distribution,
            EmbeddingDimension = embeddingDimension,
            Precision = ModelPrecision.Float64,
        };
        Require.Argument(options.Validate, parameter: null);
        return new(CatalogEnvironment.Of(catalog), options, new() { Restarts = restarts, Seed = seed });
    }
}
